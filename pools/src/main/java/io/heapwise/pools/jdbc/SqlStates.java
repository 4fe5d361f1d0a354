package io.heapwise.pools.jdbc;

/** The states of SQL that the pool itself reports. Invariant: all are of class 08, by which callers tell a lack of connections. */
final class SqlStates {
    /** No connection could be had. */
    static final String CANNOT_CONNECT = "08001";

    /** The connection is closed, or the pool is. */
    static final String CONNECTION_DOES_NOT_EXIST = "08003";

    private SqlStates() {}
}
