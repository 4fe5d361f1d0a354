package io.heapwise.benchmarks.cache;

import io.heapwise.benchmarks.ChildJvm;
import io.heapwise.benchmarks.Json;
import io.heapwise.benchmarks.MachineCard;
import io.heapwise.benchmarks.ObjectGraph;
import io.heapwise.benchmarks.ObjectLayouts;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/**
 * How many bytes does an entry cost beyond its key and its value: table, nodes, queues, sketches, locks and the cache
 * object itself, at several sizes, full, growing and weighted?
 *
 * <p>Each object layout that this JDK knows gets a JVM of its own: compressed references, wide references (what ZGC
 * has, and heaps past 32 GB), and compact headers. {@link ObjectGraph} says what counts as the cache's own.
 */
public final class Footprint {
    private static final int LARGEST = 1_000_000;

    private Footprint() {}

    /** Arguments: the folder for footprint.json; optionally the largest size, a million if absent. */
    public static void main(String[] args) throws IOException, InterruptedException {
        if (args.length == 0) {
            throw new IllegalArgumentException("folder missing (expected one argument): footprint <results folder>");
        }
        int largest = args.length > 1 ? Integer.parseInt(args[1]) : LARGEST;
        List<FootprintRow> rows = new ArrayList<>();
        for (Map.Entry<String, List<String>> layout :
                ObjectLayouts.of(Runtime.version().feature()).entrySet()) {
            System.err.println(layout.getKey() + " ...");
            rows.addAll(probe(layout.getKey(), layout.getValue(), largest));
        }
        System.out.print(table(rows));
        Path file = Path.of(args[0]).resolve("footprint-jdk" + Runtime.version().feature() + ".json");
        Json.write(file, rows);
        MachineCard.ofThisMachine().writeBeside(file);
    }

    private static List<FootprintRow> probe(String layout, List<String> flags, int largest)
            throws IOException, InterruptedException {
        String rows = ChildJvm.answer(
                ObjectLayouts.flagsToMeasure(flags), FootprintProbe.class, layout, Integer.toString(largest));
        return Json.readList(rows, FootprintRow.class);
    }

    static String table(List<FootprintRow> rows) {
        StringBuilder table = new StringBuilder(String.format(
                Locale.ROOT,
                "%-22s %-22s %10s %-10s %14s %8s%n",
                "layout",
                "kind",
                "entries",
                "contestant",
                "bytes an entry",
                "stray"));
        for (FootprintRow row : rows) {
            table.append(String.format(
                    Locale.ROOT,
                    "%-22s %-22s %10d %-10s %14.1f %8d%n",
                    row.layout(),
                    row.kind(),
                    row.entries(),
                    row.contestant(),
                    row.bytesPerEntry(),
                    row.strayReferents()));
        }
        return table.toString();
    }
}
