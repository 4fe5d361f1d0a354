package io.heapwise.pools.jdbc;

import io.heapwise.memory.Ticker;
import io.heapwise.pools.Pool;
import io.heapwise.pools.PoolBuilder;
import io.heapwise.pools.internal.Arguments;
import io.heapwise.pools.internal.ObjectPool;
import java.sql.SQLException;
import java.time.Duration;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeUnit;
import java.util.function.Predicate;
import java.util.function.Supplier;
import javax.sql.DataSource;
import org.jspecify.annotations.Nullable;

/** Says where connections come from, how many there may be, and how they are looked after. Not thread-safe; may build several pools. */
public final class ConnectionPoolBuilder {
    private final ConnectionSource source;
    private final @Nullable DataSource underlying;
    private String name = "connections";
    private Supplier<Credentials> credentials = () -> Credentials.NONE;
    private int maximumSize = 10;
    private int minimumIdle;
    private int maximumWaiters = Integer.MAX_VALUE;
    private Duration acquireTimeout = Duration.ofSeconds(30);
    private Duration validateAfter = Duration.ofMillis(500);
    private int validationTimeoutSeconds = 5;
    private Predicate<? super SQLException> fatal = FatalErrors.standard();
    private @Nullable ConnectionAction onCreate;
    private @Nullable ConnectionAction onReturn;
    private @Nullable Executor creationExecutor;
    private @Nullable Ticker ticker;

    ConnectionPoolBuilder(ConnectionSource source, @Nullable DataSource underlying) {
        this.source = source;
        this.underlying = underlying;
    }

    /**
     * What the pool is called in messages.
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
     * Who connects, asked anew for each connection, so that a password may change while the pool runs.
     *
     * @param credentials called by the threads that open connections; when it throws the attempt has failed
     * @return this
     */
    public ConnectionPoolBuilder credentials(Supplier<Credentials> credentials) {
        this.credentials = Arguments.require("credentials", credentials);
        return this;
    }

    /**
     * How many connections there may be, as {@link PoolBuilder#maximumSize}.
     *
     * @param maximumSize 1 to 1,048,576; 10 unless set
     * @return this
     */
    public ConnectionPoolBuilder maximumSize(int maximumSize) {
        this.maximumSize = Arguments.requireBetween("maximumSize", maximumSize, 1, Arguments.MOST_OBJECTS);
        return this;
    }

    /**
     * How many idle connections to keep ready, as {@link PoolBuilder#minimumIdle}.
     *
     * @param minimumIdle 0 or more; 0 unless set
     * @return this
     */
    public ConnectionPoolBuilder minimumIdle(int minimumIdle) {
        this.minimumIdle = Arguments.requireBetween("minimumIdle", minimumIdle, 0, Arguments.MOST_OBJECTS);
        return this;
    }

    /**
     * How many callers may queue; one more fails at once. Those for whom a connection is being opened queue too.
     *
     * @param maximumWaiters 0 or more; unlimited unless set
     * @return this
     */
    public ConnectionPoolBuilder maximumWaiters(int maximumWaiters) {
        this.maximumWaiters = Arguments.requireBetween("maximumWaiters", maximumWaiters, 0, Integer.MAX_VALUE);
        return this;
    }

    /**
     * How long {@link ConnectionPool#getConnection()} waits.
     *
     * @param acquireTimeout zero to wait for nothing; 30 seconds unless set
     * @return this
     */
    public ConnectionPoolBuilder acquireTimeout(Duration acquireTimeout) {
        Arguments.nanosOf("acquireTimeout", acquireTimeout);
        this.acquireTimeout = acquireTimeout;
        return this;
    }

    /**
     * Which connections are asked whether they are {@linkplain java.sql.Connection#isValid valid} before they are lent: those that were
     * idle for this long, to about 20 milliseconds.
     *
     * @param idle zero to ask each time; half a second unless set
     * @return this
     */
    public ConnectionPoolBuilder validateWhenIdleFor(Duration idle) {
        Arguments.nanosOf("idle", idle);
        this.validateAfter = idle;
        return this;
    }

    /**
     * How long a connection may take to say that it is valid.
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
     * Readies a new connection, before it is observed what it is to be restored to: switches auto-commit off, say, or sets a schema.
     * Committed, if auto-commit is off then.
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

    /**
     * Where connections are opened, as {@link PoolBuilder#creationExecutor}.
     *
     * @param creationExecutor daemon threads shared by all pools unless set
     * @return this
     */
    public ConnectionPoolBuilder creationExecutor(Executor creationExecutor) {
        this.creationExecutor = Arguments.require("creationExecutor", creationExecutor);
        return this;
    }

    /**
     * The clock for waits and idle times, as {@link PoolBuilder#ticker}.
     *
     * @param ticker the system's unless set
     * @return this
     */
    public ConnectionPoolBuilder ticker(Ticker ticker) {
        this.ticker = Arguments.require("ticker", ticker);
        return this;
    }

    /**
     * Makes the pool. It opens nothing before the first call for a connection.
     *
     * @return a pool, to be closed by the caller
     * @throws IllegalStateException when options contradict each other
     */
    public ConnectionPool build() {
        ConnectionRules rules =
                new ConnectionRules(new FatalErrors.Chain(fatal), validationTimeoutSeconds, onCreate, onReturn);
        PoolBuilder<PhysicalConnection> builder = Pool.builder(new ConnectionFactory(source, credentials, rules))
                .maximumSize(maximumSize)
                .minimumIdle(minimumIdle)
                .maximumWaiters(maximumWaiters)
                .acquireTimeout(acquireTimeout)
                .validateWhenIdleFor(validateAfter)
                .validator(ConnectionPoolBuilder::isValid)
                .afterReturn(connection -> unchecked("reset", connection::restore))
                .destroyer(connection -> unchecked("close", connection::destroy));
        if (creationExecutor != null) {
            builder.creationExecutor(creationExecutor);
        }
        if (ticker != null) {
            builder.ticker(ticker);
        }
        return new ConnectionPool(name, (ObjectPool<PhysicalConnection>) builder.build(), underlying, acquireTimeout);
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
