package io.heapwise.benchmarks.buffers;

import io.heapwise.benchmarks.ChildJvm;
import io.heapwise.benchmarks.Json;
import io.heapwise.benchmarks.MachineCard;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/**
 * How much memory does it take to lend so much, and how much of it comes back? Along a trace with two peaks and a time without
 * load; each case in a JVM of its own, the contestants in turn.
 */
public final class Fragmentation {
    private Fragmentation() {}

    /** Arguments: the folder for the results; optionally seconds of idle time, 60 if absent, rounds, 1, and megabytes live, 256. */
    public static void main(String[] args) throws Exception {
        if (args.length == 0) {
            throw new IllegalArgumentException("folder missing (expected an argument):"
                    + " fragmentation <results folder> [idle seconds [rounds [megabytes]]]");
        }
        String idleSeconds = args.length > 1 ? args[1] : "60";
        int rounds = args.length > 2 ? Integer.parseInt(args[2]) : 1;
        String megabytes = args.length > 3 ? args[3] : "256";
        Path file =
                Path.of(args[0]).resolve("fragmentation-jdk" + Runtime.version().feature() + ".json");
        List<FragmentationRow> rows = new ArrayList<>();
        for (String hasSurvivors : List.of("true", "false")) {
            for (int round = 1; round <= rounds; round++) {
                for (String contestant : FragmentationProbe.CONTESTANTS) {
                    rows.add(row(contestant, hasSurvivors, megabytes, idleSeconds, Integer.toString(round)));
                    Json.write(file, rows); // what is measured is kept, whatever comes next
                }
            }
        }
        MachineCard.ofThisMachine().writeBeside(file);
    }

    private static FragmentationRow row(String... arguments) throws Exception {
        String answer = ChildJvm.answer(
                List.of(
                        "-Xms1g",
                        "-Xmx1g",
                        "-XX:+UseG1GC",
                        "-XX:+AlwaysPreTouch",
                        "-XX:MaxDirectMemorySize=4g", // with as much as the heap, nettyAdaptive fails
                        BufferProtocol.NO_LEAK_DETECTION),
                FragmentationProbe.class,
                arguments);
        FragmentationRow row =
                Json.readList("[" + answer + "]", FragmentationRow.class).get(0);
        System.out.printf(
                Locale.ROOT,
                "%-14s survivors=%-5s peak live %4d MiB, resident %4d (%.3f), plateau %.3f,"
                        + " end %4d, soon %4d, after %d s %4d over %d live; held %d/%d/%d/%d%n",
                row.contestant(),
                row.hasSurvivors(),
                row.peakLiveBytes() >> 20,
                row.peakResidentBytes() >> 20,
                row.peakOverLive(),
                row.plateauOverLive(),
                row.residentAtEndBytes() >> 20,
                row.residentSoonBytes() >> 20,
                row.idleSeconds(),
                row.residentIdleBytes() >> 20,
                row.idleLiveBytes() >> 20,
                row.peakHeldBytes() >> 20,
                row.heldAtEndBytes() >> 20,
                row.heldSoonBytes() >> 20,
                row.heldIdleBytes() >> 20);
        return row;
    }
}
