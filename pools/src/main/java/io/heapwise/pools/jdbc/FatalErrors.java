package io.heapwise.pools.jdbc;

import io.heapwise.pools.internal.Arguments;
import java.sql.SQLException;
import java.sql.SQLNonTransientConnectionException;
import java.sql.SQLRecoverableException;
import java.util.HashSet;
import java.util.Set;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * A table of the errors after which a connection is of no use: by SQLState, by the vendor's code, and the two exceptions by which JDBC
 * says so, {@link SQLNonTransientConnectionException} and {@link SQLRecoverableException}. Immutable; each change makes another.
 * A timeout of a statement is none, nor is an error of the application's, as a key that exists already.
 */
public final class FatalErrors implements Predicate<SQLException> {
    private static final FatalErrors STANDARD = new FatalErrors(
            Set.of(
                    "08", // connection exception, of all vendors
                    "01002", // disconnect error
                    "57P01", // PostgreSQL: admin shutdown, which is also pg_terminate_backend
                    "57P02", // crash shutdown
                    "57P03", // cannot connect now
                    "57P05", // idle session timeout
                    "25P03", // idle in transaction session timeout, which ends the session
                    "JZ0C0", // Sybase: connection is dead
                    "JZ0C1", "90067", // H2: connection is broken
                    "90098", // database has been closed
                    "90121"), // database is already closed
            Set.of(
                    2399, // Oracle: exceeded maximum connect time
                    500150), // Redshift: error setting/closing connection
            Set.of());

    private final Set<String> states;
    private final Set<Integer> vendorCodes;
    private final Set<String> harmlessStates;

    private FatalErrors(Set<String> states, Set<Integer> vendorCodes, Set<String> harmlessStates) {
        this.states = states;
        this.vendorCodes = vendorCodes;
        this.harmlessStates = harmlessStates;
    }

    /**
     * What is known of common databases.
     *
     * @return class 08, the states by which PostgreSQL and others end a session, and a few codes
     */
    public static FatalErrors standard() {
        return STANDARD;
    }

    /**
     * Takes another state for fatal.
     *
     * @param state a SQLState, or its first two characters for a whole class
     * @return another table
     */
    public FatalErrors withState(String state) {
        return new FatalErrors(plus(states, requireState(state)), vendorCodes, without(harmlessStates, state));
    }

    /**
     * Takes a state for harmless, whatever else speaks against it.
     *
     * @param state a whole SQLState
     * @return another table
     */
    public FatalErrors withoutState(String state) {
        return new FatalErrors(without(states, state), vendorCodes, plus(harmlessStates, requireState(state)));
    }

    /**
     * Takes another code of the vendor's for fatal, whatever state comes with it.
     *
     * @param vendorCode as {@link SQLException#getErrorCode}; not 0, which is none
     * @return another table
     */
    public FatalErrors withVendorCode(int vendorCode) {
        if (vendorCode == 0) {
            throw new IllegalArgumentException("vendorCode=0 (expected another): it means that there is none");
        }
        return new FatalErrors(states, plus(vendorCodes, vendorCode), harmlessStates);
    }

    /**
     * Whether a connection is of no use after this. Looks at this exception alone, not at those chained to it, which the pool asks about
     * one by one.
     *
     * @param failure what the driver has thrown
     * @return true if the connection is to be replaced
     */
    @Override
    public boolean test(SQLException failure) {
        String state = failure.getSQLState();
        if (state != null && harmlessStates.contains(state)) {
            return false;
        }
        return (state != null && (states.contains(state) || states.contains(classOf(state))))
                || vendorCodes.contains(failure.getErrorCode())
                || failure instanceof SQLNonTransientConnectionException
                || failure instanceof SQLRecoverableException;
    }

    private static String classOf(String state) {
        return state.substring(0, Math.min(2, state.length()));
    }

    private static String requireState(String state) {
        int length = Arguments.require("state", state).length();
        if (length != 2 && length != 5) {
            throw new IllegalArgumentException(
                    "state=" + state + " (expected 5 characters, or the 2 of a class): as 57P01, or 08");
        }
        return state;
    }

    private static <E> Set<E> plus(Set<E> set, E element) {
        Set<E> more = new HashSet<>(set);
        more.add(element);
        return Set.copyOf(more);
    }

    private static <E> Set<E> without(Set<E> set, E element) {
        Set<E> fewer = new HashSet<>(set);
        fewer.remove(element);
        return Set.copyOf(fewer);
    }

    /** Asks of all exceptions that came together. Invariant: ends, also if they are chained in a circle. */
    record Chain(Predicate<? super SQLException> rule) {
        /** More than any driver chains; a batch may chain one for each of its rows, of which the first tell enough. */
        private static final int MOST = 32;

        boolean isFatal(SQLException failure) {
            SQLException next = failure;
            for (int left = MOST; next != null && left > 0; left--) {
                if (rule.test(next) || isFatalCause(next.getCause())) {
                    return true;
                }
                next = next.getNextException();
            }
            return false;
        }

        private boolean isFatalCause(@Nullable Throwable first) {
            Throwable cause = first;
            for (int left = MOST; cause != null && left > 0; left--) {
                if (cause instanceof SQLException failure && rule.test(failure)) {
                    return true;
                }
                cause = cause.getCause();
            }
            return false;
        }
    }
}
