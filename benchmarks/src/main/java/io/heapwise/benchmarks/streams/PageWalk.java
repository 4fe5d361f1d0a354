package io.heapwise.benchmarks.streams;

import io.heapwise.benchmarks.ChildJvm;
import io.heapwise.benchmarks.Json;
import io.heapwise.benchmarks.MachineCard;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/**
 * How near to the ideal does one walk through pages, and how many of them are in memory meanwhile? From services that are faster than their
 * reader to those that are slower; each case in a JVM of its own, the contestants in turn.
 */
public final class PageWalk {
    /** Time to fetch a page over time to process it. */
    private static final List<String> RATIOS = List.of("0.1", "0.5", "1", "2", "10");

    /** With as many pages, a second for who does one after the other: in the least case a fetch takes 2 ms, many times the timer's slack. */
    private static final String MICROS_A_PAGE = "20000";

    private PageWalk() {}

    /** Arguments: the folder for the results; optionally how many rounds, 3 if absent, and pages a walk, 50 if absent. */
    public static void main(String[] args) throws Exception {
        if (args.length == 0) {
            throw new IllegalArgumentException(
                    "folder missing (expected an argument): pagewalk <results folder> [rounds [pages]]");
        }
        int rounds = args.length > 1 ? Integer.parseInt(args[1]) : 3;
        String pages = args.length > 2 ? args[2] : "50";
        Path file = Path.of(args[0]).resolve("pagewalk-jdk" + Runtime.version().feature() + ".json");
        List<PageWalkRow> rows = new ArrayList<>();
        for (String ratio : RATIOS) {
            for (int round = 1; round <= rounds; round++) {
                for (String contestant : PageWalkProbe.CONTESTANTS) {
                    rows.add(row(contestant, ratio, pages, round));
                }
            }
            Json.write(file, rows); // what is measured is kept, whatever comes next
        }
        MachineCard.ofThisMachine().writeBeside(file);
    }

    private static PageWalkRow row(String contestant, String ratio, String pages, int round) throws Exception {
        String answer = ChildJvm.answer(
                List.of("-Xms64m", "-Xmx64m", "-XX:+UseG1GC"),
                PageWalkProbe.class,
                contestant,
                ratio,
                pages,
                MICROS_A_PAGE,
                Integer.toString(round));
        PageWalkRow row = Json.readList("[" + answer + "]", PageWalkRow.class).get(0);
        System.out.printf(
                Locale.ROOT,
                "%-16s fetch/process %4.1f: %7.1f ms, ideal %7.1f, %.4f of it, most pages alive %d%n",
                row.contestant(),
                row.fetchOverProcess(),
                row.totalMillis(),
                row.idealMillis(),
                row.overIdeal(),
                row.mostPagesAlive());
        return row;
    }
}
