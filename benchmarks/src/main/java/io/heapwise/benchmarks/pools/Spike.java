package io.heapwise.benchmarks.pools;

import io.heapwise.benchmarks.ChildJvm;
import io.heapwise.benchmarks.Json;
import io.heapwise.benchmarks.MachineCard;
import java.nio.file.Path;
import java.sql.Connection;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import javax.sql.DataSource;

/**
 * Fifty requests at once for a pool that has five connections and may have fifty, where to connect takes far longer than to wait for
 * those there are: who opens connections that come too late for anybody? After HikariCP's spike test; each burst in a JVM of its own.
 */
public final class Spike {
    private static final int REQUESTS = 50;
    private static final int LEAST = 5;
    private static final int QUERY_MILLIS = 2;

    private Spike() {}

    /** Arguments: the folder for the results; optionally how many rounds, 5 if absent. */
    public static void main(String[] args) throws Exception {
        if (args.length == 0) {
            throw new IllegalArgumentException("arguments=0 (expected: spike <results folder> [rounds])");
        }
        int rounds = args.length > 1 ? Integer.parseInt(args[1]) : 5;
        int jdk = Runtime.version().feature();
        Path file = Path.of(args[0]).resolve("spike-jdk" + jdk + ".json");
        List<SpikeRow> rows = new ArrayList<>();
        for (int round = 1; round <= rounds; round++) {
            for (String contestant : DataSources.NAMES) {
                String answer = ChildJvm.answer(List.of("-Xmx512m"), Burst.class, contestant, Integer.toString(round));
                SpikeRow row = Json.readList("[" + answer + "]", SpikeRow.class).get(0);
                rows.add(row);
                System.out.printf(
                        Locale.ROOT,
                        "%-10s opened %2d, wait us %.0f/%.0f, all served after %.1f ms%n",
                        row.contestant(),
                        row.opened(),
                        row.waitP50Micros(),
                        row.waitMaxMicros(),
                        row.allMillis());
            }
        }
        Json.write(file, rows);
        MachineCard.ofThisMachine().writeBeside(file);
    }

    /** One burst, after ones that warm up; those find the pool as it was, with the five of the begin. */
    static final class Burst {
        private Burst() {}

        /** Arguments: contestant, round. Prints a row. */
        public static void main(String[] args) throws Exception {
            for (int warmUp = 0; warmUp < 5; warmUp++) {
                DataSource pool = DataSources.ofSlow(args[0], LEAST, REQUESTS);
                burst(pool, new long[REQUESTS]);
                ((AutoCloseable) pool).close();
            }
            DataSource pool = DataSources.ofSlow(args[0], LEAST, REQUESTS);
            Thread.sleep(1_000); // until what was begun with the pool is over
            int before = SlowDatabase.OPENED.get();
            long[] waits = new long[REQUESTS];
            double allMillis = burst(pool, waits);
            Thread.sleep(1_000);
            int opened = SlowDatabase.OPENED.get() - before;
            Arrays.sort(waits);
            System.out.println();
            System.out.println(Json.text(new SpikeRow(
                    args[0],
                    Integer.parseInt(args[1]),
                    opened,
                    waits[REQUESTS / 2] / 1e3,
                    waits[REQUESTS - 1] / 1e3,
                    allMillis)));
            System.exit(0); // threads of a contestant may stay
        }

        private static double burst(DataSource pool, long[] waits) throws InterruptedException {
            CountDownLatch areReady = new CountDownLatch(REQUESTS);
            CountDownLatch begin = new CountDownLatch(1);
            List<Thread> all = new ArrayList<>();
            for (int i = 0; i < REQUESTS; i++) {
                int request = i;
                Thread thread = new Thread(() -> {
                    areReady.countDown();
                    try {
                        begin.await();
                        long since = System.nanoTime();
                        try (Connection connection = pool.getConnection()) {
                            waits[request] = System.nanoTime() - since;
                            connection.createStatement().close();
                            Thread.sleep(QUERY_MILLIS);
                        }
                    } catch (Exception e) {
                        throw new IllegalStateException(e);
                    }
                });
                thread.start();
                all.add(thread);
            }
            areReady.await();
            long since = System.nanoTime();
            begin.countDown();
            for (Thread thread : all) {
                thread.join();
            }
            return (System.nanoTime() - since) / (double) TimeUnit.MILLISECONDS.toNanos(1);
        }
    }
}
