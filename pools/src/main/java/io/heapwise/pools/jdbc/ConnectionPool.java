package io.heapwise.pools.jdbc;

import io.heapwise.memory.Subscription;
import io.heapwise.pools.PoolControl;
import io.heapwise.pools.PoolCreationException;
import io.heapwise.pools.PoolManagement;
import io.heapwise.pools.PoolStats;
import io.heapwise.pools.PoolTimeoutException;
import io.heapwise.pools.internal.Arguments;
import io.heapwise.pools.internal.ObjectPool;
import io.heapwise.pools.internal.SlotLease;
import java.io.PrintWriter;
import java.sql.Connection;
import java.sql.Driver;
import java.sql.SQLException;
import java.sql.SQLFeatureNotSupportedException;
import java.sql.SQLNonTransientConnectionException;
import java.sql.SQLTransientConnectionException;
import java.time.Duration;
import java.util.Properties;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.logging.Logger;
import javax.management.ObjectName;
import javax.sql.DataSource;
import org.jspecify.annotations.Nullable;

/**
 * A pool of database connections. What a borrower did to a connection is undone when it comes back, so that each is as if it were new:
 *
 * <pre>{@code
 * ConnectionPool orders = ConnectionPool.builder("jdbc:postgresql://db/orders").credentials(user, secret).maximumSize(10).build();
 * try (Connection connection = orders.getConnection()) { .. }
 * }</pre>
 *
 * <p><b>Giving back.</b> {@link Connection#close} gives a connection back once, whoever calls it and however often, also from two
 * threads at the same time. Then, in this order: statements and rows still open are closed; work that is not committed is
 * rolled back; auto-commit, read-only, isolation, catalog, schema, network timeout, holdability and client info, those of them
 * that were changed, are set to what they were when the connection was new; warnings are cleared; the builder's {@link
 * ConnectionPoolBuilder#onReturn} runs. If any of this fails the connection is closed and replaced, and {@link #stats} counts it
 * among {@link PoolStats#hookFailures}; {@code close} throws nothing.
 *
 * <p><b>What was handed out</b> ends with the loan: a connection, statement or result set used afterwards throws a {@link SQLException}
 * of state 08003, and never reaches who has the connection now. All of them lead to each other, and never to the driver's own;
 * that is had by {@link Connection#unwrap}. What a driver hides in a {@link java.sql.Struct} is not wrapped. A call that is
 * under way while another thread closes the connection may still reach the driver: end calls before.
 *
 * <p><b>What JDBC can't see</b> is not undone: {@code SET search_path}, temporary tables, a transaction begun by {@code BEGIN} while
 * auto-commit is on. For that there is {@link ConnectionPoolBuilder#onReturn}, as with {@code DISCARD ALL}.
 *
 * <p><b>Broken connections</b>, as the driver's errors tell ({@link ConnectionPoolBuilder#evictWhen}), are replaced when they come back, and
 * closed by the pool's threads. After a fail-over ({@link ConnectionPoolBuilder#refreshWhen}, {@link #refresh}) all are.
 *
 * <p><b>Statements are not cached</b>: drivers do that.
 *
 * <p><b>Turns, memory, dropped connections</b> are as with any {@link io.heapwise.pools.Pool}. Thread-safe.
 */
public final class ConnectionPool implements DataSource, PoolControl {
    private final String name;
    private final ObjectPool<PhysicalConnection> pool;
    private final @Nullable DataSource underlying;
    private final Duration acquireTimeout;

    /** Null when nobody wants to know of times. */
    private final @Nullable Meter meter;

    private volatile Subscription shown = Subscription.none();

    ConnectionPool(
            String name,
            ObjectPool<PhysicalConnection> pool,
            @Nullable DataSource underlying,
            Duration acquireTimeout,
            @Nullable Meter meter) {
        this.name = name;
        this.pool = pool;
        this.underlying = underlying;
        this.acquireTimeout = acquireTimeout;
        this.meter = meter;
    }

    /** To be called once, by who made it. */
    void showToJmx() {
        shown = PoolManagement.register(this, "io.heapwise:type=ConnectionPool,name=" + ObjectName.quote(name));
    }

    // ---- building --------------------------------------------------------------------------------------------------

    /**
     * Begins a pool of connections to a URL, by the driver that is registered for it.
     *
     * @param url as the driver wants it
     * @return a builder
     * @throws IllegalArgumentException when no driver is registered for it
     */
    public static ConnectionPoolBuilder builder(String url) {
        return builder(ConnectionSource.driverFor(Arguments.require("url", url)), url);
    }

    /**
     * Begins a pool of connections of a driver.
     *
     * @param driver opens them; need not be registered
     * @param url as the driver wants it
     * @return a builder
     */
    public static ConnectionPoolBuilder builder(Driver driver, String url) {
        Arguments.require("driver", driver);
        return new ConnectionPoolBuilder(
                ConnectionSource.of(driver, Arguments.require("url", url), new Properties()), null);
    }

    /**
     * Begins a pool of connections of a data source that opens a new one each time.
     *
     * @param dataSource opens them; stays the caller's to close
     * @return a builder
     */
    public static ConnectionPoolBuilder builder(DataSource dataSource) {
        return new ConnectionPoolBuilder(ConnectionSource.of(Arguments.require("dataSource", dataSource)), dataSource);
    }

    /**
     * Begins a pool as a HikariCP of these properties would be, to move from one to the other:
     *
     * <pre>{@code
     * DataSource orders = ConnectionPool.fromHikari(properties).build(); // was: new HikariDataSource(new HikariConfig(properties))
     * }</pre>
     *
     * <p>What is not given is as in HikariCP 7.1; durations are in milliseconds, or a number with one of ms, s, m, h, d. What differs:
     * {@code connectionTestQuery} is not used, {@link Connection#isValid} is; {@code leakDetectionThreshold} above zero has the place noted
     * at which each connection is borrowed, and those reported that were dropped, not those held for long: a timeout says who has held
     * one longest; {@code allowPoolSuspension} and {@code isolateInternalQueries} have no effect, both are always so.
     *
     * @param properties under HikariCP's names; {@code dataSource.} and a name for those of a data source, or of the driver of a URL
     * @return a builder, to be told more
     * @throws IllegalArgumentException when a property is not known, or its value not understood, or can only be given to the builder, as
     *     the message says
     */
    public static ConnectionPoolBuilder fromHikari(Properties properties) {
        return HikariProperties.builder(properties);
    }

    // ---- borrowing -------------------------------------------------------------------------------------------------

    /**
     * Borrows a connection, waiting for as long as the builder's {@link ConnectionPoolBuilder#acquireTimeout}.
     *
     * @return a connection, to be closed by the caller
     * @throws SQLTransientConnectionException of state 08001 when none became available in time, or the thread was interrupted, whose
     *     flag is then set; the message has the numbers, the cause says why one could last not be opened
     * @throws SQLNonTransientConnectionException of state 08003 when the pool is closed
     */
    @Override
    public Connection getConnection() throws SQLException {
        Meter meter = this.meter;
        if (meter == null) {
            SlotLease<PhysicalConnection> lease = acquire();
            PhysicalConnection physical = lease.get();
            return new ConnectionProxy(lease, physical, physical.raw());
        }
        return measured(meter);
    }

    private Connection measured(Meter meter) throws SQLException {
        long sinceNanos = meter.now();
        SlotLease<PhysicalConnection> lease = acquire();
        PhysicalConnection physical = lease.get();
        long nowNanos = meter.now();
        physical.lentAt(nowNanos);
        meter.acquired(sinceNanos, nowNanos);
        return new ConnectionProxy(lease, physical, physical.raw());
    }

    private SlotLease<PhysicalConnection> acquire() throws SQLException {
        try {
            return pool.acquire();
        } catch (PoolTimeoutException e) {
            if (meter != null) {
                meter.timedOut();
            }
            throw none(e.getMessage(), e.getCause() == null ? e : e.getCause());
        } catch (PoolCreationException e) {
            throw none(e.getMessage(), e.getCause() == null ? e : e.getCause());
        } catch (IllegalStateException e) {
            if (pool.isClosed()) {
                throw new SQLNonTransientConnectionException(
                        "connection pool " + name + ": " + e.getMessage(), SqlStates.CONNECTION_DOES_NOT_EXIST, e);
            }
            throw none(e.getMessage(), e); // too many wait
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw none("interrupted while waiting for a connection (expected to wait): try again", e);
        }
    }

    private SQLException none(@Nullable String message, Throwable cause) {
        return new SQLTransientConnectionException(
                "connection pool " + name + ": " + message, SqlStates.CANNOT_CONNECT, cause);
    }

    /**
     * Refused: all connections of a pool are of the same user.
     *
     * @throws SQLFeatureNotSupportedException always
     */
    @Override
    public Connection getConnection(@Nullable String user, @Nullable String password) throws SQLException {
        throw new SQLFeatureNotSupportedException("connection pool " + name + ": user=" + user
                + " (expected the pool's own): call getConnection(), or build a pool for each user");
    }

    // ---- running it ------------------------------------------------------------------------------------------------

    /**
     * Replaces all connections, as after a fail-over or a change of credentials: the idle ones are closed now, those on loan or being
     * opened as they come back. After this returns nobody is lent a connection whose opening began before it was called.
     */
    @Override
    public void refresh() {
        pool.refresh();
    }

    @Override
    public void pause() {
        pool.pause();
    }

    @Override
    public void resume() {
        pool.resume();
    }

    @Override
    public void resize(int maximumSize) {
        pool.resize(maximumSize);
    }

    @Override
    public void maintain() {
        pool.maintain();
    }

    /**
     * Closes the pool: those who wait fail at once, idle connections are closed now and those on loan as they come back. What is
     * still on loan when the grace is over is {@linkplain Connection#abort aborted} in its borrower's hands.
     *
     * @param grace how long borrowers may take to give back
     * @return completes when the pool has no connection any more; those that are broken or aborted may then still be about to be closed
     * @throws IllegalArgumentException when the grace is negative
     */
    @Override
    public CompletableFuture<Void> close(Duration grace) {
        Arguments.nanosOf("grace", grace);
        shown.close();
        return pool.close(grace);
    }

    /**
     * Whether the pool lends nothing any more.
     *
     * @return true once it was closed
     */
    public boolean isClosed() {
        return pool.isClosed();
    }

    // ---- observing -------------------------------------------------------------------------------------------------

    /**
     * What the pool holds and has done. A connection that could not be reset is among the {@link PoolStats#hookFailures}.
     *
     * @return a snapshot
     */
    @Override
    public PoolStats stats() {
        return pool.stats();
    }

    /** The pool's core, for tests. */
    ObjectPool<PhysicalConnection> core() {
        return pool;
    }

    @Override
    public String toString() {
        PoolStats stats = stats();
        return "ConnectionPool[" + name + ": " + stats.leased() + " on loan and " + stats.idle() + " idle of at most "
                + stats.maximumSize() + ", " + stats.waiting() + " waiting, " + stats.creating()
                + " being opened; so far "
                + stats.created() + " opened, " + stats.destroyed() + " closed, " + stats.creationFailures()
                + " attempts failed, " + stats.hookFailures() + " could not be reset, " + stats.dropped() + " dropped"
                + (isClosed() ? "; closed]" : "]");
    }

    // ---- the rest of a DataSource ----------------------------------------------------------------------------------

    /**
     * How long {@link #getConnection()} waits.
     *
     * @return seconds, rounded up
     */
    @Override
    public int getLoginTimeout() {
        long nanos = Arguments.nanosOf("acquireTimeout", acquireTimeout);
        long second = TimeUnit.SECONDS.toNanos(1);
        return (int) Math.min(Integer.MAX_VALUE, nanos / second + (nanos % second == 0 ? 0 : 1));
    }

    /**
     * Refused: it is the builder's to say.
     *
     * @throws SQLFeatureNotSupportedException always
     */
    @Override
    public void setLoginTimeout(int seconds) throws SQLException {
        throw new SQLFeatureNotSupportedException("connection pool " + name + ": loginTimeout=" + seconds
                + " (expected none): set acquireTimeout when building");
    }

    /**
     * None: the pool logs by {@link System.Logger}.
     *
     * @return null
     */
    @Override
    public @Nullable PrintWriter getLogWriter() {
        return null;
    }

    /**
     * Refused, but for null.
     *
     * @throws SQLFeatureNotSupportedException when a writer is given
     */
    @Override
    public void setLogWriter(@Nullable PrintWriter out) throws SQLException {
        if (out != null) {
            throw new SQLFeatureNotSupportedException("connection pool " + name + ": logWriter="
                    + out.getClass().getName() + " (expected null): see the logger io.heapwise.pools");
        }
    }

    /**
     * Refused: the pool does not log by {@code java.util.logging}.
     *
     * @throws SQLFeatureNotSupportedException always
     */
    @Override
    public Logger getParentLogger() throws SQLFeatureNotSupportedException {
        throw new SQLFeatureNotSupportedException("logger=io.heapwise.pools is a System.Logger");
    }

    /** The pool itself, or the data source it was built of. */
    @Override
    public <T> T unwrap(Class<T> type) throws SQLException {
        if (type.isInstance(this)) {
            return type.cast(this);
        }
        if (type.isInstance(underlying)) {
            return type.cast(underlying);
        }
        throw new SQLException("type=" + type.getName() + " (expected one of this pool, or of the data source it was"
                + " built of): ask isWrapperFor before");
    }

    @Override
    public boolean isWrapperFor(Class<?> type) {
        return type.isInstance(this) || type.isInstance(underlying);
    }
}
