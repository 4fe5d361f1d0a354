package io.heapwise.benchmarks.report;

import com.fasterxml.jackson.databind.JsonNode;
import io.heapwise.benchmarks.Json;
import io.heapwise.benchmarks.MachineCard;
import io.heapwise.benchmarks.buffers.FragmentationRow;
import io.heapwise.benchmarks.cache.FootprintRow;
import io.heapwise.benchmarks.cache.HitRateRow;
import io.heapwise.benchmarks.cache.PressureRow;
import io.heapwise.benchmarks.pools.CrowdRow;
import io.heapwise.benchmarks.pools.PoolFootprintRow;
import io.heapwise.benchmarks.pools.SpikeRow;
import io.heapwise.benchmarks.streams.PageWalkRow;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.stream.Stream;

/**
 * Everything in one folder of results, in an order that depends on the content alone.
 *
 * @param runs by question, then by contestant
 * @param footprints by the name of the JDK
 * @param crowds by the name of the JDK
 * @param poolFootprints by the name of the JDK
 * @param spikes by the name of the JDK
 * @param pageWalks by the name of the JDK
 * @param fragmentations by the name of the JDK
 * @param pressures by the name of the JDK
 * @param sha256 of each file
 */
record Results(
        String date,
        MachineCard machine,
        SortedMap<JmhRun.Question, SortedMap<String, JmhRun>> runs,
        SortedMap<String, List<FootprintRow>> footprints,
        List<HitRateRow> hitRates,
        SortedMap<String, List<CrowdRow>> crowds,
        SortedMap<String, List<PoolFootprintRow>> poolFootprints,
        SortedMap<String, List<SpikeRow>> spikes,
        SortedMap<String, List<PageWalkRow>> pageWalks,
        SortedMap<String, List<FragmentationRow>> fragmentations,
        SortedMap<String, List<PressureRow>> pressures,
        SortedMap<String, String> sha256) {

    static final String OURS = "heapwise";

    /** Heapwise beside one other contestant. */
    record Comparison(JmhRun ours, JmhRun theirs, Ratio ratio) {}

    /** Reads {@code jmh-*.json}, {@code footprint-*.json}, {@code poolfootprint-*.json},
     * {@code starvation-*.json}, {@code spike-*.json}, {@code pagewalk-*.json}, {@code fragmentation-*.json},
     * {@code pressure-*.json}, {@code hitrate.json} and {@code machine.json}. */
    static Results of(Path folder) throws IOException {
        SortedMap<JmhRun.Question, SortedMap<String, JmhRun>> runs = new TreeMap<>();
        SortedMap<String, List<FootprintRow>> footprints = new TreeMap<>();
        List<HitRateRow> hitRates = new ArrayList<>();
        SortedMap<String, List<CrowdRow>> crowds = new TreeMap<>();
        SortedMap<String, List<PoolFootprintRow>> poolFootprints = new TreeMap<>();
        SortedMap<String, List<SpikeRow>> spikes = new TreeMap<>();
        SortedMap<String, List<PageWalkRow>> pageWalks = new TreeMap<>();
        SortedMap<String, List<FragmentationRow>> fragmentations = new TreeMap<>();
        SortedMap<String, List<PressureRow>> pressures = new TreeMap<>();
        SortedMap<String, String> sha256 = new TreeMap<>();
        for (Path file : jsonFiles(folder)) {
            String name = file.getFileName().toString();
            if (name.startsWith("jmh-")) {
                for (JsonNode node : Json.read(file)) {
                    add(JmhRun.of(node), name, runs);
                }
            } else if (name.startsWith("footprint-")) {
                footprints.put(jdkIn(name), Json.readList(Files.readString(file), FootprintRow.class));
            } else if (name.startsWith("starvation-")) {
                crowds.put(jdkIn(name), Json.readList(Files.readString(file), CrowdRow.class));
            } else if (name.startsWith("poolfootprint-")) {
                poolFootprints.put(jdkIn(name), Json.readList(Files.readString(file), PoolFootprintRow.class));
            } else if (name.startsWith("spike-")) {
                spikes.put(jdkIn(name), Json.readList(Files.readString(file), SpikeRow.class));
            } else if (name.startsWith("pagewalk-")) {
                pageWalks.put(jdkIn(name), Json.readList(Files.readString(file), PageWalkRow.class));
            } else if (name.startsWith("fragmentation-")) {
                fragmentations.put(jdkIn(name), Json.readList(Files.readString(file), FragmentationRow.class));
            } else if (name.startsWith("pressure-")) {
                pressures.put(jdkIn(name), Json.readList(Files.readString(file), PressureRow.class));
            } else if (name.equals("hitrate.json")) {
                hitRates.addAll(Json.readList(Files.readString(file), HitRateRow.class));
            }
            sha256.put(name, digest(file));
        }
        return new Results(
                folder.toAbsolutePath().normalize().getFileName().toString(),
                MachineCard.of(folder),
                runs,
                footprints,
                hitRates,
                crowds,
                poolFootprints,
                spikes,
                pageWalks,
                fragmentations,
                pressures,
                sha256);
    }

    private static String jdkIn(String fileName) {
        return fileName.replaceAll(".*-jdk(.*)\\.json", "JDK $1");
    }

    /** Ours against each other contestant, question by question. */
    List<Comparison> comparisons() {
        List<Comparison> comparisons = new ArrayList<>();
        for (SortedMap<String, JmhRun> contestants : runs.values()) {
            JmhRun ours = contestants.get(OURS);
            if (ours != null) {
                for (JmhRun theirs : contestants.values()) {
                    if (!theirs.contestant().equals(OURS)) {
                        comparisons.add(new Comparison(
                                ours, theirs, Ratio.of(ours.forkMeans(), theirs.forkMeans(), ours.higherIsBetter())));
                    }
                }
            }
        }
        return comparisons;
    }

    /** The rows of one trace and size, by contestant. */
    SortedMap<HitRateKey, Map<String, Double>> hitRatesByCache() {
        SortedMap<HitRateKey, Map<String, Double>> table = new TreeMap<>();
        for (HitRateRow row : hitRates) {
            HitRateKey key = new HitRateKey(row.trace(), row.maximumEntries(), row.requests(), row.distinctKeys());
            table.computeIfAbsent(key, k -> new TreeMap<>()).put(row.contestant(), row.hitPercent());
        }
        return table;
    }

    record HitRateKey(String trace, long maximumEntries, long requests, long distinctKeys)
            implements Comparable<HitRateKey> {
        @Override
        public int compareTo(HitRateKey other) {
            int byTrace = trace.compareTo(other.trace);
            return byTrace != 0 ? byTrace : Long.compare(maximumEntries, other.maximumEntries);
        }
    }

    private static void add(JmhRun run, String file, SortedMap<JmhRun.Question, SortedMap<String, JmhRun>> runs) {
        JmhRun twice =
                runs.computeIfAbsent(run.question(), q -> new TreeMap<>()).put(run.contestant(), run);
        if (twice != null) {
            throw new IllegalArgumentException("benchmark=" + run.question().name() + "." + run.contestant() + " in "
                    + file + " (expected once in a folder): keep one of the two runs");
        }
    }

    private static List<Path> jsonFiles(Path folder) throws IOException {
        try (Stream<Path> files = Files.list(folder)) {
            return files.filter(file -> file.toString().endsWith(".json"))
                    .sorted()
                    .toList();
        }
    }

    private static String digest(Path file) throws IOException {
        try {
            return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(Files.readAllBytes(file)));
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java platform has SHA-256", e);
        }
    }
}
