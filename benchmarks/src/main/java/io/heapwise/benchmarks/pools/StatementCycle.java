package io.heapwise.benchmarks.pools;

import io.heapwise.benchmarks.cache.Protocol;
import java.sql.SQLException;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.Threads;

/** What does a pool add to a statement that is created, executed and closed, on a connection that is kept? */
@Threads(8)
public class StatementCycle extends Protocol {

    @Benchmark
    public boolean heapwise(Executing.Kept kept) throws SQLException {
        return kept.execute();
    }

    @Benchmark
    public boolean hikariCP(Executing.Kept kept) throws SQLException {
        return kept.execute();
    }

    @Benchmark
    public boolean agroal(Executing.Kept kept) throws SQLException {
        return kept.execute();
    }

    @Benchmark
    public boolean dbcp2(Executing.Kept kept) throws SQLException {
        return kept.execute();
    }
}
