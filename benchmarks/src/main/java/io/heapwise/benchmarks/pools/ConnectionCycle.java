package io.heapwise.benchmarks.pools;

import io.heapwise.benchmarks.cache.Protocol;
import java.sql.Connection;
import java.sql.SQLException;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.Threads;

/** What does it cost to borrow a connection and close it, when the database costs nothing? */
@Threads(8)
public class ConnectionCycle extends Protocol {

    @Benchmark
    public Connection heapwise(Connecting connecting) throws SQLException {
        return connecting.connect();
    }

    @Benchmark
    public Connection hikariCP(Connecting connecting) throws SQLException {
        return connecting.connect();
    }

    @Benchmark
    public Connection agroal(Connecting connecting) throws SQLException {
        return connecting.connect();
    }

    @Benchmark
    public Connection dbcp2(Connecting connecting) throws SQLException {
        return connecting.connect();
    }
}
