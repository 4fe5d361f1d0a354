package io.heapwise.benchmarks.pools;

import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import javax.sql.DataSource;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;
import org.openjdk.jmh.infra.BenchmarkParams;

/** A pool of as many connections as there are threads, of the contestant that the running method is named after. */
@State(Scope.Benchmark)
public class Executing {
    private DataSource pool;

    @Setup
    public void fill(BenchmarkParams run) throws SQLException {
        String name = run.getBenchmark();
        pool = DataSources.of(name.substring(name.lastIndexOf('.') + 1), "", run.getThreads());
    }

    @TearDown
    public void close() throws Exception {
        ((AutoCloseable) pool).close();
    }

    /** A connection that a thread keeps while it measures. */
    @State(Scope.Thread)
    public static class Kept {
        private Connection connection;

        @Setup
        public void borrow(Executing executing) throws SQLException {
            connection = executing.pool.getConnection();
        }

        @TearDown
        public void giveBack() throws SQLException {
            connection.close();
        }

        boolean execute() throws SQLException {
            Statement statement = connection.createStatement();
            boolean hasRows = statement.execute("INSERT INTO measured VALUES (1)");
            statement.close();
            return hasRows;
        }
    }
}
