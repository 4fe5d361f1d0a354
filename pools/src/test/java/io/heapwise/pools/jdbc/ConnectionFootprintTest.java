package io.heapwise.pools.jdbc;

import static org.assertj.core.api.Assertions.assertThat;

import io.heapwise.memory.LeakTracker;
import io.heapwise.memory.ManualTicker;
import java.sql.Connection;
import java.util.ArrayList;
import java.util.List;
import javax.sql.DataSource;
import org.junit.jupiter.api.Test;
import org.openjdk.jol.info.ClassLayout;
import org.openjdk.jol.info.GraphLayout;
import org.openjdk.jol.vm.VM;

/** Bytes of a connection beyond the driver's: at most 100 while it is idle, and 64 more while it is on loan. */
class ConnectionFootprintTest {
    private static final LeakTracker TRACKER = LeakTracker.named("connection", LeakTracker.Mode.OFF);

    /** With references of eight bytes. */
    private static final boolean IS_WIDE = VM.current().sizeOf(new Object[8]) > 48;

    /** One that knows nothing, and keeps nothing of what it is asked. */
    private static final Connection OF_DRIVER = StubDriver.proxy(Connection.class, (self, method, arguments) -> {
        Class<?> type = method.getReturnType();
        return type == boolean.class ? (Object) Boolean.TRUE : type == int.class ? (Object) 0 : null;
    });

    /** Each connection is the same one of the driver's, so that what is its own is counted once. */
    private static long bytesOfPool(int size) throws Exception {
        DataSource source = StubDriver.proxy(DataSource.class, (self, method, arguments) -> OF_DRIVER);
        ConnectionPool pool = ConnectionPool.builder(source)
                .maximumSize(size)
                .executor(Runnable::run)
                .ignorePressure()
                .leakTracker(TRACKER)
                .ticker(new ManualTicker())
                .build();
        List<Connection> all = new ArrayList<>();
        for (int i = 0; i < size; i++) {
            all.add(pool.getConnection());
        }
        for (Connection connection : all) {
            connection.close();
        }
        assertThat(pool.stats().idle()).isEqualTo(size);
        return GraphLayout.parseInstance(pool.core()).totalSize();
    }

    @Test
    void anIdleConnectionCostsAtMostAHundredBytes() throws Exception {
        double each = (bytesOfPool(1_100) - bytesOfPool(100)) / 1_000.0;
        assertThat(each).as("bytes a connection").isBetween(40.0, IS_WIDE ? 150.0 : 100.0);
    }

    @Test
    void aLoanCostsAHandleAndALease() throws Exception {
        try (ConnectionPool pool =
                        ConnectionPool.builder(new StubDriver(), "jdbc:stub:").build();
                Connection connection = pool.getConnection()) {
            assertThat(ClassLayout.parseInstance(connection).instanceSize()).isLessThanOrEqualTo(IS_WIDE ? 48 : 32);
            assertThat(ClassLayout.parseInstance(connection.createStatement()).instanceSize())
                    .isLessThanOrEqualTo(IS_WIDE ? 48 : 32);
        }
    }
}
