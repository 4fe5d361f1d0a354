package io.heapwise.pools.jdbc;

import io.heapwise.memory.LeakTracker;
import io.heapwise.memory.MemoryPressure;
import io.heapwise.memory.Ticker;
import io.heapwise.pools.Pool;
import io.heapwise.pools.PoolBuilder;
import io.heapwise.pools.PoolCreationException;
import io.heapwise.pools.internal.Arguments;
import io.heapwise.pools.internal.ObjectPool;
import io.heapwise.pools.internal.PoolThreads;
import java.sql.SQLException;
import java.time.Duration;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.function.Predicate;
import java.util.function.Supplier;
import javax.sql.DataSource;
import org.jspecify.annotations.Nullable;

/**
 * Says where connections come from, how many there may be, and how they are looked after. What is as with any pool is explained at
 * {@link PoolBuilder}. Not thread-safe; may build several pools.
 */
public final class ConnectionPoolBuilder {
    private final ConnectionSource source;
    private final @Nullable DataSource underlying;
    private String name = "connections";
    private Supplier<Credentials> credentials = () -> Credentials.NONE;
    private int minimumIdle;
    private Duration acquireTimeout = Duration.ofSeconds(30);
    private int validationTimeoutSeconds = 5;
    private Predicate<? super SQLException> fatal = FatalErrors.standard();
    private @Nullable Predicate<? super SQLException> refreshing;
    private @Nullable ConnectionAction onCreate;
    private @Nullable ConnectionAction onReturn;
    private Executor executor = PoolThreads.SHARED;
    private Ticker ticker = Ticker.system();
    private @Nullable ConnectionMetrics metrics;
    private @Nullable Duration connectWithin;
    private boolean isManaged;

    /** What is only passed on, in the order it was said: after what a pool of connections does unless told otherwise. */
    private Consumer<PoolBuilder<?>> core = builder -> builder.maximumSize(10)
            .validateWhenIdleFor(Duration.ofMillis(500))
            .lifetime(Duration.ofMinutes(30))
            .idleExpiry(Duration.ofMinutes(10))
            .creationTimeLimit(Duration.ofSeconds(30));

    ConnectionPoolBuilder(ConnectionSource source, @Nullable DataSource underlying) {
        this.source = source;
        this.underlying = underlying;
    }

    /** Refuses at once what the pool would refuse in the end. */
    private ConnectionPoolBuilder core(Consumer<PoolBuilder<?>> option) {
        option.accept(Pool.builder(Object::new));
        core = core.andThen(option);
        return this;
    }

    // ---- who and how -----------------------------------------------------------------------------------------------

    /**
     * What the pool is called in messages and by JMX.
     *
     * @param name any; {@code connections} unless set
     * @return this
     */
    public ConnectionPoolBuilder name(String name) {
        this.name = Arguments.require("name", name);
        return this;
    }

    /**
     * Who connects.
     *
     * @param user null for none
     * @param password null for none
     * @return this
     */
    public ConnectionPoolBuilder credentials(@Nullable String user, @Nullable String password) {
        Credentials who = new Credentials(user, password);
        return credentials(() -> who);
    }

    /**
     * Who connects, asked anew for each connection, so that a password may change while the pool runs. Where the old one ends the sessions
     * that were opened with it, {@link ConnectionPool#refresh} replaces them all.
     *
     * @param credentials called by the threads that open connections; when it throws the attempt has failed
     * @return this
     */
    public ConnectionPoolBuilder credentials(Supplier<Credentials> credentials) {
        this.credentials = Arguments.require("credentials", credentials);
        return this;
    }

    /**
     * Readies a new connection, before it is observed what it is to be restored to: switches auto-commit off, sets a schema, or says
     * how long the driver may wait for the server ({@link java.sql.Connection#setNetworkTimeout}). Committed, if auto-commit is off then.
     *
     * @param onCreate called by the threads that open connections; when it throws the attempt has failed
     * @return this
     */
    public ConnectionPoolBuilder onCreate(ConnectionAction onCreate) {
        this.onCreate = Arguments.require("onCreate", onCreate);
        return this;
    }

    /**
     * Undoes what JDBC can't see, after a connection came back and was reset, as by {@code DISCARD ALL}. Committed, if auto-commit is
     * off then. Costs each loan as much as it takes.
     *
     * @param onReturn called by the thread that gives back; must leave the properties that JDBC knows as they are. When it throws the
     *     connection is closed and replaced
     * @return this
     */
    public ConnectionPoolBuilder onReturn(ConnectionAction onReturn) {
        this.onReturn = Arguments.require("onReturn", onReturn);
        return this;
    }

    // ---- how many --------------------------------------------------------------------------------------------------

    /**
     * How many connections there may be, as {@link PoolBuilder#maximumSize}.
     *
     * @param maximumSize 1 to 1,048,576; 10 unless set
     * @return this
     */
    public ConnectionPoolBuilder maximumSize(int maximumSize) {
        return core(builder -> builder.maximumSize(maximumSize));
    }

    /**
     * How many idle connections to keep ready, as {@link PoolBuilder#minimumIdle}.
     *
     * @param minimumIdle 0 or more; 0 unless set
     * @return this
     */
    public ConnectionPoolBuilder minimumIdle(int minimumIdle) {
        core(builder -> builder.minimumIdle(minimumIdle));
        this.minimumIdle = minimumIdle;
        return this;
    }

    /**
     * Opens the connections to keep ready as soon as the pool is built, as {@link PoolBuilder#fillEagerly}.
     *
     * @return this
     */
    public ConnectionPoolBuilder fillEagerly() {
        return core(PoolBuilder::fillEagerly);
    }

    /**
     * How long a connection may be idle before it is closed, as {@link PoolBuilder#idleExpiry}.
     *
     * @param idleExpiry above zero; 10 minutes unless set
     * @return this
     */
    public ConnectionPoolBuilder idleExpiry(Duration idleExpiry) {
        return core(builder -> builder.idleExpiry(idleExpiry));
    }

    /**
     * How old a connection may get, as {@link PoolBuilder#lifetime(Duration, double)}. Less than what the server, or what lies in
     * between, allows.
     *
     * @param lifetime above zero; 30 minutes unless set
     * @param jitter the share of it that is left to chance for each connection, 0 to 1; a quarter unless set
     * @return this
     */
    public ConnectionPoolBuilder lifetime(Duration lifetime, double jitter) {
        return core(builder -> builder.lifetime(lifetime, jitter));
    }

    // ---- waiting ---------------------------------------------------------------------------------------------------

    /**
     * How long {@link ConnectionPool#getConnection()} waits.
     *
     * @param acquireTimeout zero to wait for nothing; 30 seconds unless set
     * @return this
     */
    public ConnectionPoolBuilder acquireTimeout(Duration acquireTimeout) {
        core(builder -> builder.acquireTimeout(acquireTimeout));
        this.acquireTimeout = acquireTimeout;
        return this;
    }

    /**
     * How many callers may queue for connections that others hold; one more fails at once. As {@link PoolBuilder#maximumWaiters}.
     *
     * @param maximumWaiters 0 or more; unlimited unless set
     * @return this
     */
    public ConnectionPoolBuilder maximumWaiters(int maximumWaiters) {
        return core(builder -> builder.maximumWaiters(maximumWaiters));
    }

    /**
     * For how long the first in the queue may be overtaken, as {@link PoolBuilder#fairnessBound}.
     *
     * @param fairnessBound a millisecond unless set
     * @return this
     */
    public ConnectionPoolBuilder fairnessBound(Duration fairnessBound) {
        return core(builder -> builder.fairnessBound(fairnessBound));
    }

    // ---- opening ---------------------------------------------------------------------------------------------------

    /**
     * Opens one connection before {@link #build} returns, so that a wrong address or password is found at once. Unless set nothing is
     * opened before the first call for a connection.
     *
     * @param patience for how long to try again when it fails; zero to try once
     * @return this
     */
    public ConnectionPoolBuilder connectWhenBuilt(Duration patience) {
        Arguments.nanosOf("patience", patience);
        this.connectWithin = patience;
        return this;
    }

    /**
     * Tells the first in the queue when a connection could not be opened, as {@link PoolBuilder#failFast}, in place of trying again for as
     * long as he waits.
     *
     * @return this
     */
    public ConnectionPoolBuilder failFast() {
        return core(PoolBuilder::failFast);
    }

    /**
     * How long to wait after a failed attempt to connect, as {@link PoolBuilder#pauseAfterFailure}.
     *
     * @param first after one failure; 10 milliseconds unless set
     * @param longest however many there were; 5 seconds unless set
     * @return this
     */
    public ConnectionPoolBuilder pauseAfterFailure(Duration first, Duration longest) {
        return core(builder -> builder.pauseAfterFailure(first, longest));
    }

    /**
     * How long a driver may take to connect, as {@link PoolBuilder#creationTimeLimit}: after that another attempt may begin. One that
     * comes late is used if there is room.
     *
     * @param limit above zero; 30 seconds unless set
     * @return this
     */
    public ConnectionPoolBuilder creationTimeLimit(Duration limit) {
        return core(builder -> builder.creationTimeLimit(limit));
    }

    /**
     * How many connections may be opened at a time, as {@link PoolBuilder#concurrentCreations}.
     *
     * @param concurrentCreations 1 or more; 4 unless set
     * @return this
     */
    public ConnectionPoolBuilder concurrentCreations(int concurrentCreations) {
        return core(builder -> builder.concurrentCreations(concurrentCreations));
    }

    /**
     * Where connections are opened, and those closed for which that may take long: broken ones, and all after a fail-over.
     *
     * @param executor daemon threads shared by all pools unless set
     * @return this
     */
    public ConnectionPoolBuilder executor(Executor executor) {
        this.executor = Arguments.require("executor", executor);
        return this;
    }

    // ---- looking after them ----------------------------------------------------------------------------------------

    /**
     * Which connections are asked whether they are {@linkplain java.sql.Connection#isValid valid} before they are lent: those that were
     * idle for this long, to about 20 milliseconds.
     *
     * @param idle zero to ask each time; half a second unless set
     * @return this
     */
    public ConnectionPoolBuilder validateWhenIdleFor(Duration idle) {
        return core(builder -> builder.validateWhenIdleFor(idle));
    }

    /**
     * How long a connection may take to say that it is valid. The driver is trusted to keep to it.
     *
     * @param timeout above zero, and rounded up to whole seconds, which is what JDBC counts; 5 seconds unless set
     * @return this
     */
    public ConnectionPoolBuilder validationTimeout(Duration timeout) {
        long nanos = Arguments.positiveNanosOf("timeout", timeout);
        long seconds = (nanos - 1) / TimeUnit.SECONDS.toNanos(1) + 1;
        this.validationTimeoutSeconds = (int) Math.min(Integer.MAX_VALUE, seconds);
        return this;
    }

    /**
     * Asks each idle connection about this often whether it is valid, so that neither the server nor what lies in between gives it up. As
     * {@link PoolBuilder#keepAlive}.
     *
     * @param every above zero; never unless set
     * @return this
     */
    public ConnectionPoolBuilder keepAlive(Duration every) {
        return core(builder -> builder.keepAlive(every));
    }

    /**
     * After which errors a connection is closed when it comes back, and replaced. All exceptions that the driver throws are
     * shown to this, one by one, with those chained to them.
     *
     * @param fatal true for an error after which the connection is of no use; {@link FatalErrors#standard} unless set. What it throws
     *     itself reaches the borrower
     * @return this
     */
    public ConnectionPoolBuilder evictWhen(Predicate<? super SQLException> fatal) {
        this.fatal = Arguments.require("fatal", fatal);
        return this;
    }

    /**
     * After which errors all connections are replaced, as by {@link ConnectionPool#refresh}: those that show that the server is not what
     * it was. After a fail-over of PostgreSQL the connections to what is a standby now still work, and writing fails:
     *
     * <pre>{@code
     * builder.refreshWhen(failure -> "25006".equals(failure.getSQLState())) // read-only transaction
     * }</pre>
     *
     * @param rule true for such an error; is shown what {@link #evictWhen} is shown. None unless set, since an application that writes in a
     *     transaction it has made read-only gets the same error
     * @return this
     */
    public ConnectionPoolBuilder refreshWhen(Predicate<? super SQLException> rule) {
        this.refreshing = Arguments.require("rule", rule);
        return this;
    }

    /**
     * What is told of connections that were dropped without being closed, as {@link PoolBuilder#leakTracker}.
     *
     * @param leakTracker one shared by all pools, which samples, unless set
     * @return this
     */
    public ConnectionPoolBuilder leakTracker(LeakTracker leakTracker) {
        return core(builder -> builder.leakTracker(leakTracker));
    }

    /**
     * What tells of tight memory, as {@link PoolBuilder#pressure}: then idle connections are closed.
     *
     * @param pressure stays the caller's to close; a handle of the JVM's unless set
     * @return this
     */
    public ConnectionPoolBuilder pressure(MemoryPressure pressure) {
        return core(builder -> builder.pressure(pressure));
    }

    /**
     * Keeps idle connections however tight memory is, as {@link PoolBuilder#ignorePressure}.
     *
     * @return this
     */
    public ConnectionPoolBuilder ignorePressure() {
        return core(PoolBuilder::ignorePressure);
    }

    // ---- observing -------------------------------------------------------------------------------------------------

    /**
     * What is told how long things took. Costs each loan three readings of the clock; nothing unless set.
     *
     * @param metrics as {@link io.heapwise.pools.micrometer.HikariMeters}
     * @return this
     */
    public ConnectionPoolBuilder metrics(ConnectionMetrics metrics) {
        this.metrics = Arguments.require("metrics", metrics);
        return this;
    }

    /**
     * Shows the pool to JMX, until it is closed, as {@code io.heapwise:type=ConnectionPool,name=..}, with the name quoted.
     *
     * @return this
     */
    public ConnectionPoolBuilder showToJmx() {
        this.isManaged = true;
        return this;
    }

    /**
     * The clock for waits and ages.
     *
     * @param ticker the system's unless set
     * @return this
     */
    public ConnectionPoolBuilder ticker(Ticker ticker) {
        core(builder -> builder.ticker(ticker));
        this.ticker = ticker;
        return this;
    }

    // ---- building --------------------------------------------------------------------------------------------------

    /**
     * Makes the pool. It has opened nothing unless it was told to.
     *
     * @return a pool, to be closed by the caller
     * @throws IllegalStateException when options contradict each other
     * @throws IllegalArgumentException when it is to be shown to JMX and there is one of this name
     * @throws PoolCreationException when it was to {@linkplain #connectWhenBuilt connect} and could not
     */
    public ConnectionPool build() {
        Meter meter = metrics == null ? null : new Meter(metrics, ticker);
        FailOver failOver = refreshing == null ? null : new FailOver(refreshing, executor);
        ConnectionFactory factory = new ConnectionFactory(
                source,
                credentials,
                new ConnectionRules(
                        new FatalErrors.Chain(fatal),
                        failOver,
                        validationTimeoutSeconds,
                        onCreate,
                        onReturn,
                        executor,
                        meter));
        PoolBuilder<PhysicalConnection> builder = Pool.builder(factory);
        core.accept(builder);
        builder.creationExecutor(executor)
                .validator(ConnectionPoolBuilder::isValid)
                .afterReturn(connection -> unchecked("reset", connection::restore))
                .destroyer(connection -> unchecked("close", connection::destroy))
                .aborter(PhysicalConnection::abort);
        ConnectionPool pool = new ConnectionPool(
                name, (ObjectPool<PhysicalConnection>) builder.build(), underlying, acquireTimeout, meter);
        try {
            if (failOver != null) {
                failOver.begin(pool);
            }
            if (meter != null) {
                meter.begin(pool, minimumIdle);
            }
            if (isManaged) {
                pool.showToJmx();
            }
            if (connectWithin != null) {
                new FirstConnection(pool.core(), factory, name).open(connectWithin);
            }
            return pool;
        } catch (Throwable failure) {
            pool.close();
            throw failure;
        }
    }

    /** One that can't even answer is as one that says no: neither is an error of the pool's. */
    private static boolean isValid(PhysicalConnection connection) {
        try {
            return connection.isValid();
        } catch (SQLException gone) {
            connection.breakUp();
            return false;
        }
    }

    private interface Work {
        void run() throws SQLException;
    }

    /** For the pool's hooks, which count and log what is thrown. */
    private static void unchecked(String what, Work work) {
        try {
            work.run();
        } catch (SQLException e) {
            throw new IllegalStateException("could not " + what + " a connection (expected to): it is replaced", e);
        }
    }
}
