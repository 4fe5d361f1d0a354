package io.heapwise.benchmarks.pools;

import java.sql.Connection;
import java.sql.SQLException;
import javax.sql.DataSource;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;
import org.openjdk.jmh.infra.BenchmarkParams;

/** A full pool of connections to a database that does nothing, of the contestant that the running method is named after. */
@State(Scope.Benchmark)
public class Connecting {
    /** More than threads, and fewer. */
    @Param({"32", "4"})
    int connections;

    private DataSource pool;

    @Setup
    public void fill(BenchmarkParams run) throws SQLException {
        String name = run.getBenchmark();
        pool = DataSources.of(name.substring(name.lastIndexOf('.') + 1), "", connections);
    }

    @TearDown
    public void close() throws Exception {
        ((AutoCloseable) pool).close();
    }

    Connection connect() throws SQLException {
        Connection connection = pool.getConnection();
        connection.close();
        return connection;
    }
}
