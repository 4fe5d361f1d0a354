package io.heapwise.streams.jdbc;

/**
 * How a database is told that no more rows are wanted.
 *
 * @since 0.1.0
 */
public enum RowLimit {
    /** By {@code limit ?}: PostgreSQL, MySQL, MariaDB, SQLite, H2. */
    LIMIT(" limit ?"),
    /** By {@code fetch first ? rows only}, as the standard has it: PostgreSQL, Oracle, Db2, Derby, H2. */
    FETCH_FIRST(" fetch first ? rows only"),
    /** By {@code offset 0 rows fetch next ? rows only}: SQL Server. */
    OFFSET_FETCH(" offset 0 rows fetch next ? rows only");

    final String clause;

    RowLimit(String clause) {
        this.clause = clause;
    }
}
