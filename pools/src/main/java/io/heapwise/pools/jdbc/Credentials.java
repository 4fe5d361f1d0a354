package io.heapwise.pools.jdbc;

import org.jspecify.annotations.Nullable;

/**
 * Who connects.
 *
 * @param user null for none
 * @param password null for none; never part of a message
 */
public record Credentials(@Nullable String user, @Nullable String password) {
    /** Nobody: the URL or the data source says who. */
    public static final Credentials NONE = new Credentials(null, null);

    /** Without the password. */
    @Override
    public String toString() {
        return "Credentials[user=" + user + "]";
    }
}
