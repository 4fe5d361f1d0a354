package io.heapwise.benchmarks.cache;

import io.heapwise.benchmarks.ChildJvm;
import io.heapwise.benchmarks.Collector;
import io.heapwise.benchmarks.Json;
import io.heapwise.benchmarks.MachineCard;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/**
 * Who gets through a heap of 128 MiB that others need too, with how many hits, and what does it cost the collector? Each
 * scenario on each collector that this JDK has, each contestant in a JVM of its own.
 */
public final class Pressure {
    static final long HEAP_BYTES = 128L << 20;

    private static final long REQUESTS = 1_000_000;

    private static final String CALIBRATE = "--calibrate";

    /** What {@code --calibrate} looks at, in MiB. */
    private static final List<Integer> SIZES = List.of(16, 24, 32, 48, 64, 80);

    private Pressure() {}

    /**
     * Arguments: the folder for the results, or {@code --calibrate}; optionally how many requests a cell makes, a million if absent,
     * and scenarios, all if absent.
     */
    public static void main(String[] args) throws IOException, InterruptedException {
        if (args.length == 0) {
            throw new IllegalArgumentException(
                    "arguments=0 (expected: pressure <results folder> [requests] [scenarios...])");
        }
        boolean hasRequests = args.length > 1 && args[1].matches("[0-9]+");
        long requests = hasRequests ? Long.parseLong(args[1]) : REQUESTS;
        List<String> names = List.of(args).subList(hasRequests ? 2 : 1, args.length);
        List<PressureScenario> scenarios =
                names.isEmpty() ? List.of(PressureScenario.values()) : PressureScenario.named(names);
        if (args[0].equals(CALIBRATE)) {
            for (PressureScenario scenario : scenarios) {
                calibrate(scenario, requests);
            }
        } else {
            measure(Path.of(args[0]), scenarios, requests);
        }
    }

    static List<PressureRow> measure(Path folder, List<PressureScenario> scenarios, long requests)
            throws IOException, InterruptedException {
        Path file = folder.resolve("pressure-jdk" + Runtime.version().feature() + ".json");
        List<Collector> collectors = Collector.present();
        List<PressureRow> rows = new ArrayList<>();
        for (PressureScenario scenario : scenarios) {
            for (Collector collector : collectors) {
                for (String contestant : PressureCaches.CONTESTANTS) {
                    rows.add(cell(scenario, collector, contestant, requests, handSizedBytes(scenario)));
                    Json.write(file, rows); // what is measured is kept, whatever comes next
                }
            }
        }
        MachineCard.ofThisMachine().writeBeside(file);
        return rows;
    }

    /** Found by {@code pressure --calibrate}: see benchmarks/README.md. */
    static long handSizedBytes(PressureScenario scenario) {
        return (long)
                switch (scenario) {
                    case STEADY, LIGHT, HEAVY -> 64 << 20;
                    case BALLAST -> 24 << 20;
                    case EIGHT -> 64 << 20;
                    case HUMONGOUS -> 64 << 20;
                };
    }

    /** Prints how the hand-sized cache gets on with each size, until none of the collectors can bear more. */
    private static void calibrate(PressureScenario scenario, long requests) throws IOException, InterruptedException {
        Map<Collector, Boolean> remaining = new EnumMap<>(Collector.class);
        Collector.present().forEach(collector -> remaining.put(collector, true));
        for (int mebibytes : SIZES) {
            for (Collector collector : List.copyOf(remaining.keySet())) {
                PressureRow row = cell(scenario, collector, PressureRow.BY_HAND, requests, (long) mebibytes << 20);
                if (!row.hasSurvived()) {
                    remaining.remove(collector);
                }
            }
        }
    }

    static PressureRow cell(
            PressureScenario scenario, Collector collector, String contestant, long requests, long handSizedBytes)
            throws IOException, InterruptedException {
        List<String> flags = new ArrayList<>(collector.flags());
        flags.addAll(List.of(
                "-Xms" + HEAP_BYTES,
                "-Xmx" + HEAP_BYTES,
                "-XX:+AlwaysPreTouch",
                "-XX:+ExitOnOutOfMemoryError")); // of whichever thread: a cache whose own thread died is no survivor
        ChildJvm.Ended child = ChildJvm.run(
                flags,
                PressureProbe.class,
                scenario.name(),
                collector.name(),
                contestant,
                Long.toString(requests),
                Long.toString(handSizedBytes));
        PressureRow row = rowOf(child, scenario, collector, contestant, handSizedBytes);
        System.out.printf(
                Locale.ROOT,
                "%-9s %-10s %-14s %3d MiB %-16s %7d requests, hits %.2f %% (last phase %.2f), %5d ms,"
                        + " processor %5d, stopped %5d, concurrent %5d (%.3f) in %4d, held %.1f MiB, evictions %d%n",
                row.scenario(),
                row.collector(),
                row.contestant(),
                row.handSizedBytes() >> 20,
                row.outcome(),
                row.requests(),
                row.hitPercent(),
                row.lastPhaseHitPercent(),
                row.wallMillis(),
                row.processorMillis(),
                row.stoppedMillis(),
                row.concurrentMillis(),
                row.gcShare(),
                row.collections(),
                row.heldBytes() / (double) (1 << 20),
                row.evictions());
        return row;
    }

    /** The last row that the child printed, and how the child ended. */
    static PressureRow rowOf(
            ChildJvm.Ended child,
            PressureScenario scenario,
            Collector collector,
            String contestant,
            long handSizedBytes)
            throws IOException {
        PressureRow row = new PressureRow(
                scenario.name(),
                collector.name(),
                contestant,
                contestant.equals(PressureRow.BY_HAND) ? handSizedBytes : 0,
                PressureRow.SURVIVED,
                0,
                0,
                0,
                0,
                0,
                0,
                0,
                0,
                0,
                0);
        for (String line : child.output()) {
            if (line.startsWith("{")) {
                row = Json.readList("[" + line + "]", PressureRow.class).get(0);
            }
        }
        if (child.exit() == 0) {
            return row;
        }
        if (child.exit() == PressureProbe.EXIT_OUT_OF_TIME) {
            return row.ended(PressureRow.OUT_OF_TIME);
        }
        if (child.output().stream().anyMatch(line -> line.contains("OutOfMemoryError"))) {
            return row.ended(PressureRow.OUT_OF_MEMORY);
        }
        throw new IllegalStateException("exit=" + child.exit() + " (expected 0, or an OutOfMemoryError): " + scenario
                + " " + collector + " " + contestant + " says why above");
    }
}
