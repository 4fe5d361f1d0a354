package io.heapwise.benchmarks.pools;

import io.heapwise.benchmarks.ChildJvm;
import io.heapwise.benchmarks.Json;
import io.heapwise.benchmarks.MachineCard;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/**
 * Who gets how many turns, and how long does one wait, when many share few? Virtual threads by the thousand, and eight
 * platform threads; each case in a JVM of its own, the contestants in turn.
 */
public final class Starvation {
    private static final List<String> CONTESTANTS = List.of("heapwise", "stormpot", "hikari", "commonsPool2", "naive");

    /** Kind, threads, objects, hold. */
    private static final List<List<String>> CROWDS = List.of(
            List.of("virtual", "2000", "50", "100us"),
            List.of("virtual", "20000", "50", "100us"),
            List.of("virtual", "2000", "50", "1ms"),
            List.of("virtual", "20000", "50", "1ms"),
            List.of("virtual", "2000", "50", "yield"),
            List.of("virtual", "20000", "50", "yield"),
            List.of("platform", "8", "2", "none"),
            List.of("platform", "8", "10", "none"));

    private Starvation() {}

    /** Arguments: the folder for the results; optionally how many rounds, 3 if absent, and seconds a case, 6 if absent. */
    public static void main(String[] args) throws Exception {
        int jdk = Runtime.version().feature();
        if (args.length == 0 || jdk < 21) {
            throw new IllegalArgumentException("arguments=" + args.length + ", java=" + jdk
                    + " (expected: starvation <results folder> [rounds [seconds]], and java >= 21)");
        }
        int rounds = args.length > 1 ? Integer.parseInt(args[1]) : 3;
        String seconds = args.length > 2 ? args[2] : "6";
        Path file = Path.of(args[0]).resolve("starvation-jdk" + jdk + ".json");
        List<CrowdRow> rows = new ArrayList<>();
        for (List<String> crowd : CROWDS) {
            for (int round = 1; round <= rounds; round++) {
                for (String contestant : CONTESTANTS) {
                    rows.add(row(contestant, crowd, round, seconds));
                }
            }
            Json.write(file, rows); // what is measured is kept, whatever comes next
        }
        MachineCard.ofThisMachine().writeBeside(file);
    }

    static CrowdRow row(String contestant, List<String> crowd, int round, String seconds) throws Exception {
        List<String> arguments = new ArrayList<>(List.of(contestant));
        arguments.addAll(crowd);
        arguments.addAll(List.of(Integer.toString(round), seconds));
        String answer = ChildJvm.answer(
                List.of("-Xms1g", "-Xmx1g", "-XX:+UseG1GC", "-XX:+AlwaysPreTouch"),
                Crowd.class,
                arguments.toArray(String[]::new));
        CrowdRow row = Json.readList("[" + answer + "]", CrowdRow.class).get(0);
        System.out.printf(
                Locale.ROOT,
                "%-12s %5d %-8s on %2d, %-5s: %9.0f cycles/s, least %.3f of mean, %5d under ten,"
                        + " wait us %.0f/%.0f/%.0f/%.0f, %d timeouts, %.2f CPUs, %.0f B%n",
                row.contestant(),
                row.threads(),
                row.kind(),
                row.objects(),
                row.hold(),
                row.cyclesPerSecond(),
                row.leastShare(),
                row.fewerThanTen(),
                row.waitP50Micros(),
                row.waitP99Micros(),
                row.waitP999Micros(),
                row.waitMaxMicros(),
                row.timeouts(),
                row.cpuShare(),
                row.bytesPerCycle());
        return row;
    }
}
