package io.heapwise.benchmarks.pools;

import io.heapwise.benchmarks.Json;
import io.heapwise.benchmarks.MachineCard;
import io.zonky.test.db.postgres.embedded.EmbeddedPostgres;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * Who gets a connection how often, and how long does one wait, when many share few? Virtual threads by the thousand on ten connections of a
 * PostgreSQL, and eight platform threads on four of a database that does nothing; each case in a JVM of its own, the contestants in turn.
 */
public final class PostgresLoad {
    private PostgresLoad() {}

    /** Arguments: the folder for the results; optionally how many rounds, 3 if absent, and seconds a case, 6 if absent. */
    public static void main(String[] args) throws Exception {
        int jdk = Runtime.version().feature();
        if (args.length == 0 || jdk < 21) {
            throw new IllegalArgumentException("arguments=" + args.length + ", java=" + jdk
                    + " (expected: postgresload <results folder> [rounds [seconds]], and java >= 21)");
        }
        int rounds = args.length > 1 ? Integer.parseInt(args[1]) : 3;
        String seconds = args.length > 2 ? args[2] : "6";
        Path file = Path.of(args[0]).resolve("starvation-connections-jdk" + jdk + ".json");
        List<CrowdRow> rows = new ArrayList<>();
        try (EmbeddedPostgres server = EmbeddedPostgres.builder().start()) {
            String url = server.getJdbcUrl("postgres", "postgres");
            for (int round = 1; round <= rounds; round++) {
                for (String pool : DataSources.NAMES) {
                    rows.add(Starvation.row(pool + "@", List.of("platform", "8", "4", "none"), round, seconds));
                }
                for (String pool : DataSources.NAMES) {
                    rows.add(Starvation.row(
                            pool + "@" + url, List.of("virtual", "2000", "10", "query"), round, seconds));
                }
                Json.write(file, rows); // what is measured is kept, whatever comes next
            }
        }
        MachineCard.ofThisMachine().writeBeside(file);
    }
}
