package io.heapwise.benchmarks;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.heapwise.benchmarks.buffers.Fragmentation;
import io.heapwise.benchmarks.cache.Footprint;
import io.heapwise.benchmarks.cache.HitRate;
import io.heapwise.benchmarks.cache.Pressure;
import io.heapwise.benchmarks.pools.PostgresLoad;
import io.heapwise.benchmarks.pools.Spike;
import io.heapwise.benchmarks.pools.Starvation;
import io.heapwise.benchmarks.report.Report;
import io.heapwise.benchmarks.streams.PageWalk;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;

/**
 * The entry of the runnable jar: {@code footprint}, {@code poolfootprint}, {@code hitrate}, {@code pressure}, {@code starvation},
 * {@code postgresload}, {@code spike}, {@code pagewalk}, {@code fragmentation}, {@code report} and {@code turns} by name, and anything else goes to JMH as it
 * is. A JMH result file is cleaned of the path of the JVM, which would name the machine, and gets the machine card
 * beside it.
 */
public final class Main {

    private Main() {}

    public static void main(String[] args) throws Exception {
        String command = args.length == 0 ? "" : args[0];
        String[] rest = args.length == 0 ? args : Arrays.copyOfRange(args, 1, args.length);
        switch (command) {
            case "footprint" -> Footprint.main(rest);
            case "poolfootprint" -> io.heapwise.benchmarks.pools.Footprint.main(rest);
            case "hitrate" -> HitRate.main(rest);
            case "pressure" -> Pressure.main(rest);
            case "starvation" -> Starvation.main(rest);
            case "spike" -> Spike.main(rest);
            case "postgresload" -> PostgresLoad.main(rest);
            case "pagewalk" -> PageWalk.main(rest);
            case "fragmentation" -> Fragmentation.main(rest);
            case "report" -> Report.main(rest);
            case "turns" -> measure(rest, Turns::measure);
            default -> measure(args, org.openjdk.jmh.Main::main);
        }
    }

    /** Runs benchmarks, however it does that. */
    @FunctionalInterface
    private interface Measure {
        void run(String[] args) throws Exception;
    }

    private static void measure(String[] args, Measure measure) throws Exception {
        int option = List.of(args).indexOf("-rff");
        Path results = option >= 0 && option + 1 < args.length ? Path.of(args[option + 1]) : null;
        if (results != null && results.getParent() != null) {
            Files.createDirectories(results.getParent());
        }
        measure.run(args);
        if (results != null && results.toString().endsWith(".json")) {
            keepMachineOut(results);
            MachineCard.ofThisMachine().writeBeside(results);
        }
    }

    /** Drops the one field of a JMH result that is a path. */
    static void keepMachineOut(Path jmhResults) throws IOException {
        JsonNode runs = Json.read(jmhResults);
        for (JsonNode run : runs) {
            ((ObjectNode) run).remove("jvm");
        }
        Json.write(jmhResults, runs);
    }
}
