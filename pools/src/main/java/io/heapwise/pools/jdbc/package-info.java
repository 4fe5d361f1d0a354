/**
 * A pool of database connections that gives back each as it was: {@link io.heapwise.pools.jdbc.ConnectionPool} is a
 * {@link javax.sql.DataSource}. Modules that use it must require {@code java.sql} themselves.
 */
package io.heapwise.pools.jdbc;
