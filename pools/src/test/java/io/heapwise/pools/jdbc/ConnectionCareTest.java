package io.heapwise.pools.jdbc;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.heapwise.memory.LeakTracker;
import io.heapwise.memory.ManualTicker;
import io.heapwise.memory.Ticker;
import io.heapwise.pools.Books;
import io.heapwise.pools.Borrowers;
import io.heapwise.pools.Borrowers.Running;
import io.heapwise.pools.PoolCreationException;
import io.heapwise.pools.PoolManagement;
import io.heapwise.pools.jdbc.StubDriver.Stub;
import java.lang.management.ManagementFactory;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.function.UnaryOperator;
import javax.management.ObjectName;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** How connections are looked after: their ages, what a server that changes does to them, drivers that hang, owners that forget. */
@Timeout(value = 60, unit = TimeUnit.SECONDS, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class ConnectionCareTest {
    private static final SQLException READ_ONLY = new SQLException("read-only transaction", "25006");

    private final StubDriver driver = new StubDriver();
    private final ManualTicker ticker = new ManualTicker();
    private final ExecutorService threads = Executors.newCachedThreadPool();
    private ConnectionPool pool;

    private ConnectionPool pool(UnaryOperator<ConnectionPoolBuilder> settings) {
        pool = settings.apply(ConnectionPool.builder(driver, "jdbc:stub:")
                        .name("orders")
                        .maximumSize(2)
                        .ticker(ticker)
                        .executor(Runnable::run))
                .build();
        return pool;
    }

    @AfterEach
    void thePoolIsWholeAndNothingIsLeftOpen() throws Exception {
        if (pool != null) {
            Books.closeAndCheck(pool.core());
        }
        threads.shutdown();
        assertThat(threads.awaitTermination(30, TimeUnit.SECONDS)).isTrue();
        assertThat(driver.open()).isZero();
        assertThat(driver.stubs).allSatisfy(stub -> assertThat(stub.closings).hasValue(1));
    }

    private static void fails(Connection connection, StubDriver driver, SQLException failure) throws SQLException {
        try (Statement statement = connection.createStatement()) {
            driver.fail("Statement.execute", failure);
            assertThatThrownBy(() -> statement.execute("update")).isSameAs(failure);
        }
    }

    // ---- ages ------------------------------------------------------------------------------------------------------

    @Test
    void anOldConnectionIsNotLentAnyMore() throws Exception {
        pool(builder -> builder.lifetime(Duration.ofMinutes(1), 0));
        pool.getConnection().close();
        ticker.advance(Duration.ofSeconds(61));
        pool.getConnection().close();
        assertThat(driver.stubs).hasSize(2);
        assertThat(driver.open()).isOne();
    }

    @Test
    void idleConnectionsAreKeptAliveAndThoseThatAreGoneAreReplaced() throws Exception {
        pool(builder -> builder.keepAlive(Duration.ofMinutes(1)).minimumIdle(1));
        pool.getConnection().close(); // and while it was on loan another was opened, to be kept ready
        ticker.advance(Duration.ofSeconds(61));
        pool.maintain();
        assertThat(driver.stubs).hasSize(2);
        assertThat(driver.stubs).allSatisfy(stub -> assertThat(stub.calls).containsOnlyOnce("isValid(5)"));

        driver.isValid = stub -> stub.number > 1;
        ticker.advance(Duration.ofSeconds(61));
        pool.maintain();
        assertThat(driver.stubs.subList(0, 2))
                .allSatisfy(stub -> assertThat(stub.closings).hasValue(1));
        assertThat(pool.stats().idle()).as("one is kept ready").isOne();
        assertThat(driver.stubs).hasSize(3);
    }

    @Test
    void whatIsIdleForLongIsClosed() throws Exception {
        pool(builder -> builder.idleExpiry(Duration.ofMinutes(1)).validateWhenIdleFor(Duration.ofHours(1)));
        pool.getConnection().close();
        ticker.advance(Duration.ofSeconds(30));
        pool.maintain();
        assertThat(pool.stats().idle()).isOne();
        ticker.advance(Duration.ofSeconds(32));
        pool.maintain();
        assertThat(pool.stats().idle()).isZero();
    }

    // ---- a server that changes -------------------------------------------------------------------------------------

    @Test
    void aRefreshReplacesTheIdleNowAndTheOthersAsTheyComeBack() throws Exception {
        pool(builder -> builder);
        Connection held = pool.getConnection();
        pool.getConnection().close();
        pool.refresh();
        assertThat(driver.open()).as("what is on loan stays").isOne();
        held.close();
        assertThat(driver.open()).isZero();
        pool.getConnection().close();
        assertThat(driver.stubs).hasSize(3);
    }

    @Test
    void anErrorThatShowsAFailOverReplacesAllConnectionsOnce() throws Exception {
        pool(builder -> builder.refreshWhen(failure -> "25006".equals(failure.getSQLState())));
        Connection first = pool.getConnection();
        Connection second = pool.getConnection();
        fails(first, driver, READ_ONLY);
        first.close();
        assertThat(driver.open()).isOne();
        Connection third = pool.getConnection();
        fails(second, driver, READ_ONLY); // it is of the old generation, whose end is known
        second.close();
        third.close();
        assertThat(pool.stats().idle()).as("the new one stays").isOne();
        assertThat(driver.stubs).hasSize(3);

        Connection again = pool.getConnection();
        fails(again, driver, READ_ONLY);
        again.close();
        assertThat(driver.open()).as("the next fail-over is seen too").isZero();
    }

    @Test
    void unlessToldSoNoErrorReplacesAll() throws Exception {
        pool(builder -> builder);
        Connection first = pool.getConnection();
        pool.getConnection().close();
        fails(first, driver, READ_ONLY);
        first.close();
        assertThat(driver.open()).isEqualTo(2);
    }

    // ---- drivers that hang -----------------------------------------------------------------------------------------

    @Test
    void aDriverThatHangsWhileConnectingKeepsNobodyFromTheNextConnection() throws Exception {
        CountDownLatch hangs = new CountDownLatch(1);
        CountDownLatch goesOn = new CountDownLatch(1);
        driver.connecting = () -> {
            if (hangs.getCount() > 0) {
                hangs.countDown();
                awaitUninterruptibly(goesOn);
            }
        };
        pool(builder -> builder.executor(threads).concurrentCreations(1).creationTimeLimit(Duration.ofSeconds(1)));
        Running<Connection> waiting = Borrowers.PLATFORM.call(pool::getConnection);
        hangs.await();
        ticker.advance(Duration.ofSeconds(2)); // the limit is over
        pool.maintain();
        ticker.advance(Duration.ofMillis(20)); // and so is the pause after a failure
        pool.maintain();
        waiting.result().get().close();
        assertThat(pool.stats().creationFailures()).isOne();

        goesOn.countDown(); // and what comes late is used
        Borrowers.await(() -> pool.stats().idle() == 2);
    }

    private static void awaitUninterruptibly(CountDownLatch latch) {
        boolean isInterrupted = false;
        while (latch.getCount() > 0) {
            try {
                latch.await();
            } catch (InterruptedException byTheTimeLimit) {
                isInterrupted = true;
            }
        }
        if (isInterrupted) {
            Thread.currentThread().interrupt();
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "connect",
                "getAutoCommit",
                "isValid",
                "setAutoCommit",
                "Statement.execute",
                "Statement.close",
                "rollback",
                "setSchema",
                "clearWarnings",
                "close"
            })
    void aDriverThatHangsAtAnyCallHoldsUpNobodyElse(String call) throws Exception {
        CountDownLatch goesOn = new CountDownLatch(1);
        CountDownLatch isHanging = driver.hang(call, goesOn);
        pool(builder -> builder.executor(threads).validateWhenIdleFor(Duration.ZERO));
        Running<Boolean> hung = Borrowers.PLATFORM.call(() -> use(call.equals("close")));
        isHanging.await();
        assertThat(Borrowers.PLATFORM.call(() -> use(false)).result().get()).isTrue();
        goesOn.countDown();
        assertThat(hung.result().get()).isTrue();
    }

    /** Leaves to the pool all there is to clear up. */
    private boolean use(boolean isToBreak) throws SQLException {
        try (Connection connection = pool.getConnection()) {
            connection.setAutoCommit(false);
            connection.setSchema("other");
            Statement statement = connection.createStatement();
            if (isToBreak) {
                driver.fail("Statement.execute", new SQLException("gone", "08006"));
                assertThatThrownBy(() -> statement.execute("update")).hasMessage("gone");
            }
            statement.execute("update");
            return true;
        }
    }

    @Test
    void aBrokenConnectionIsClosedElsewhereAndNotForLong() throws Exception {
        Deque<Runnable> later = new ArrayDeque<>();
        pool(builder -> builder.executor(task -> {
            if (driver.stubs.isEmpty()) {
                task.run();
            } else {
                later.add(task);
            }
        }));
        Connection connection = pool.getConnection();
        fails(connection, driver, new SQLException("gone", "08006"));
        connection.close();
        Stub stub = driver.stubs.get(0);
        assertThat(stub.closings).as("its borrower did not wait for it").hasValue(0);
        assertThat(pool.stats().leased() + pool.stats().idle()).isZero();
        later.forEach(Runnable::run);
        assertThat(driver.changes(stub)).endsWith("setNetworkTimeout(10000)", "abort()", "close");
    }

    @Test
    void anExecutorThatIsBusyLeavesClosingToTheBorrower() throws Exception {
        pool(builder -> builder.executor(task -> {
            if (!driver.stubs.isEmpty()) {
                throw new java.util.concurrent.RejectedExecutionException("busy");
            }
            task.run();
        }));
        Connection connection = pool.getConnection();
        fails(connection, driver, new SQLException("gone", "08006"));
        connection.close();
        assertThat(driver.open()).isZero();
    }

    @Test
    void aDriverThatCannotCloseWhatIsBrokenIsNoConcernOfAnybodys() throws Exception {
        pool(builder -> builder);
        Connection connection = pool.getConnection();
        fails(connection, driver, new SQLException("gone", "08006"));
        driver.fail("setNetworkTimeout", new SQLException("closed already"));
        connection.close();
        assertThat(driver.open()).isZero();
        assertThat(pool.stats().hookFailures()).isZero();
    }

    /** Rolling back would wait until the call that is under way has ended. */
    @Test
    void whatIsStillOnLoanWhenTheGraceIsOverIsAborted() throws Exception {
        pool(builder -> builder);
        Connection connection = pool.getConnection();
        connection.setAutoCommit(false);
        connection.createStatement();
        pool.close(Duration.ZERO).get();
        assertThat(driver.changes(driver.stubs.get(0)))
                .endsWith("abort()", "close")
                .doesNotContain("rollback");
        connection.close();
    }

    // ---- running it ------------------------------------------------------------------------------------------------

    @Test
    void aPausedPoolLendsNothingUntilItGoesOn() throws Exception {
        pool(builder -> builder);
        pool.getConnection().close();
        pool.pause();
        Running<Connection> waiting = Borrowers.PLATFORM.call(pool::getConnection);
        Borrowers.await(() -> pool.stats().waiting() == 1);
        pool.resume();
        waiting.result().get().close();
    }

    @Test
    void itIsResizedAndDescribed() throws Exception {
        pool(builder -> builder);
        pool.resize(5);
        pool.getConnection().close();
        assertThat(pool)
                .hasToString(
                        "ConnectionPool[orders: 0 on loan and 1 idle of at most 5, 0 waiting, 0 being opened; so far 1"
                                + " opened, 0 closed, 0 attempts failed, 0 could not be reset, 0 dropped]");
    }

    @Test
    void itIsShownToJmxUntilItIsClosed() throws Exception {
        pool(builder -> builder.showToJmx());
        ObjectName name = new ObjectName("io.heapwise:type=ConnectionPool,name=\"orders\"");
        assertThat(ManagementFactory.getPlatformMBeanServer().getAttribute(name, "MaximumSize"))
                .isEqualTo(2);
        pool.close();
        assertThat(ManagementFactory.getPlatformMBeanServer().isRegistered(name))
                .isFalse();
    }

    @Test
    void twoOfOneNameAreRefusedAndTheSecondIsClosed() throws Exception {
        pool(builder -> builder);
        try (var shown = PoolManagement.register(pool, "io.heapwise:type=ConnectionPool,name=\"other\"")) {
            assertThat(shown).isNotNull();
            ConnectionPoolBuilder second = ConnectionPool.builder(driver, "jdbc:stub:")
                    .name("other")
                    .executor(Runnable::run)
                    .minimumIdle(1)
                    .fillEagerly()
                    .showToJmx();
            assertThatThrownBy(second::build)
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessageContaining("name=io.heapwise");
            assertThat(driver.stubs)
                    .singleElement()
                    .satisfies(stub -> assertThat(stub.closings).hasValue(1));
        }
    }

    // ---- the first connection --------------------------------------------------------------------------------------

    @Test
    void thePoolOpensOneWhenItIsBuiltIfToldSo() throws Exception {
        pool(builder -> builder.connectWhenBuilt(Duration.ZERO));
        assertThat(driver.stubs).hasSize(1);
        assertThat(pool.stats().idle()).isOne();
        pool.getConnection().close();
        assertThat(driver.stubs).hasSize(1);
    }

    @Test
    void whatCannotConnectIsNotBuilt() {
        SQLException refused = new SQLException("password", "28P01");
        driver.fail("connect", refused);
        assertThatThrownBy(() -> pool(builder -> builder.connectWhenBuilt(Duration.ZERO)))
                .isInstanceOf(PoolCreationException.class)
                .hasMessageContaining("connection pool orders: none could be opened in PT0S")
                .hasCause(refused);
    }

    @Test
    void patienceTriesAgain() throws Exception {
        driver.fail("connect", new SQLException("starting", "57P03"));
        driver.fail("connect", new SQLException("starting", "57P03"));
        pool(builder -> builder.ticker(Ticker.system()).connectWhenBuilt(Duration.ofMinutes(1)));
        assertThat(pool.stats().idle()).isOne();
        assertThat(driver.logins).hasSize(3);
    }

    @Test
    void patienceEnds() {
        SQLException refused = new SQLException("password", "28P01");
        driver.connecting = () -> driver.fail("connect", refused);
        assertThatThrownBy(() -> pool(
                        builder -> builder.ticker(Ticker.system()).failFast().connectWhenBuilt(Duration.ofMillis(30))))
                .isInstanceOf(PoolCreationException.class)
                .hasMessageContaining("connection pool orders: none could be opened in PT0.03S")
                .hasCause(refused);
        assertThat(driver.logins).hasSizeGreaterThan(1);
    }

    @Test
    void whoIsInterruptedMeanwhileStopsTrying() {
        driver.fail("connect", new SQLException("starting", "57P03"));
        Thread.currentThread().interrupt();
        assertThatThrownBy(() -> pool(builder -> builder.connectWhenBuilt(Duration.ofMinutes(1))))
                .isInstanceOf(PoolCreationException.class);
        assertThat(Thread.interrupted()).isTrue();
    }

    @Test
    void theFirstIsOneTooManyWhereTheOthersAreOpenedAlready() throws Exception {
        pool(builder -> builder.minimumIdle(2).fillEagerly().connectWhenBuilt(Duration.ZERO));
        assertThat(driver.stubs).hasSize(3);
        assertThat(driver.open()).isEqualTo(2);
    }

    // ---- owners that forget ----------------------------------------------------------------------------------------

    @Test
    void aConnectionThatIsDroppedIsReplacedAndItsPlaceTold() throws Exception {
        Queue<LeakTracker.Leak> told = new ConcurrentLinkedQueue<>();
        LeakTracker tracker = LeakTracker.named("connection", LeakTracker.Mode.FULL);
        tracker.onLeak(told::add);
        pool(builder -> builder.leakTracker(tracker).maximumSize(1));
        borrowAndDrop();
        while (told.isEmpty()) {
            assertThat(Thread.currentThread().isInterrupted()).isFalse();
            System.gc();
            Thread.yield();
        }
        pool.getConnection().close();
        assertThat(driver.stubs).hasSize(2);
        assertThat(driver.stubs.get(0).calls)
                .as("work is not committed by closing")
                .contains("rollback");
        assertThat(told)
                .singleElement()
                .satisfies(leak -> assertThat(leak.taken().getStackTrace())
                        .anySatisfy(frame -> assertThat(frame.getMethodName()).isEqualTo("borrowAndDrop")));
    }

    private void borrowAndDrop() throws SQLException {
        Connection connection = pool.getConnection();
        connection.setAutoCommit(false);
        assertThat(connection.createStatement()).isNotNull();
    }
}
