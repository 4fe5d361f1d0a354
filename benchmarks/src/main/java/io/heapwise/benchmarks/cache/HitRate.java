package io.heapwise.benchmarks.cache;

import io.heapwise.benchmarks.Json;
import io.heapwise.benchmarks.MachineCard;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.TreeSet;
import java.util.function.Function;

/**
 * How often does a cache of a given number of entries hit, on requests that real systems recorded? Heapwise with both
 * policies beside an exact LRU, Caffeine, and the clairvoyant optimum, which bounds them all. One thread replays a trace once into
 * a cache that starts empty; the first use of a key counts as a miss.
 *
 * <p>{@code heapwiseHeap32} and {@code heapwiseHeap128} are the adaptive one with as many entries as fit into the heap that
 * Caffeine takes for that number, with values of 32 and 128 bytes.
 */
public final class HitRate {
    static final List<String> CONTESTANTS = List.of(
            "heapwise", "exactLru", "heapwiseAdaptive", "caffeine", "optimal", "heapwiseHeap32", "heapwiseHeap128");

    /**
     * Bytes an entry beside its value, with a key of 16. Of Caffeine less than the 81 to 85 that {@link Footprint} finds in full
     * caches, so in its favour; of ours the most that a test allows.
     */
    private static final int CAFFEINE_BYTES = 77 + 16;

    private static final int ADAPTIVE_BYTES = 30 + 16;

    /** Smaller caches say more about their luck than about their policy. */
    private static final int SMALLEST = 64;

    private HitRate() {}

    /** Arguments: the folder for hitrate.json, then optionally the names of the traces, all if none. */
    public static void main(String[] args) throws IOException {
        if (args.length == 0) {
            throw new IllegalArgumentException("folder missing (expected one argument): hitrate <results folder>");
        }
        if (!Trace.areAvailable()) {
            throw new IllegalStateException(
                    "no trace on the class path (expected Caffeine's simulator): build with the Maven profile traces");
        }
        List<String> wanted = List.of(args).subList(1, args.length);
        List<HitRateRow> rows = new ArrayList<>();
        for (Trace.Source source : Trace.SOURCES) {
            if (wanted.isEmpty() || wanted.contains(source.name())) {
                List<HitRateRow> replayed = replay(Trace.load(source));
                System.out.print(table(replayed, rows.isEmpty()));
                rows.addAll(replayed);
            }
        }
        System.out.printf(Locale.ROOT, "heapwise - exactLru at its worst: %+.2f points%n", worstAgainstLru(rows));
        Path file = Path.of(args[0]).resolve("hitrate.json");
        Json.write(file, rows);
        MachineCard.ofThisMachine().writeBeside(file);
    }

    static List<HitRateRow> replay(Trace trace) {
        List<HitRateRow> rows = new ArrayList<>();
        for (int maximumEntries : sizes(trace.distinctKeys())) {
            for (String contestant : CONTESTANTS) {
                double hits = hits(contestant, trace, maximumEntries);
                rows.add(new HitRateRow(
                        trace.name(),
                        trace.requests().length,
                        trace.distinctKeys(),
                        maximumEntries,
                        contestant,
                        Math.round(hits / trace.requests().length * 100_000) / 1_000.0));
            }
        }
        return rows;
    }

    /** 512 entries, Caffeine's simulator's own default, and 2, 10 and 30 % of the keys. */
    static List<Integer> sizes(int distinctKeys) {
        TreeSet<Integer> sizes = new TreeSet<>(List.of(
                512,
                Math.round(distinctKeys * 0.02f),
                Math.round(distinctKeys * 0.1f),
                Math.round(distinctKeys * 0.3f)));
        sizes.removeIf(size -> size < Math.min(SMALLEST, distinctKeys / 2) || size >= distinctKeys);
        return List.copyOf(sizes);
    }

    private static long hits(String contestant, Trace trace, int maximumEntries) {
        if (contestant.equals("optimal")) {
            return Optimal.hits(trace.requests(), trace.distinctKeys(), maximumEntries);
        }
        Loads loads = new Loads();
        try (Subject<Integer, Integer> cache = subject(contestant, maximumEntries)) {
            for (int key : trace.requests()) {
                cache.getOrLoad(key, loads);
            }
        }
        return trace.requests().length - loads.count;
    }

    private static Subject<Integer, Integer> subject(String contestant, int maximumEntries) {
        return switch (contestant) {
            case "exactLru" -> Contestants.linkedHashMap(maximumEntries);
            case "caffeine" -> Contestants.sameThreadCaffeine(maximumEntries);
            case "heapwiseHeap32" -> adaptive(inSameHeap(maximumEntries, 32));
            case "heapwiseHeap128" -> adaptive(inSameHeap(maximumEntries, 128));
            default -> Contestants.bounded(contestant, maximumEntries, Integer.class, Integer.class);
        };
    }

    private static Subject<Integer, Integer> adaptive(int maximumEntries) {
        return Contestants.bounded("heapwiseAdaptive", maximumEntries, Integer.class, Integer.class);
    }

    /** How many entries ours may have where Caffeine has so many. */
    static int inSameHeap(int entries, int valueBytes) {
        return (int) ((long) entries * (CAFFEINE_BYTES + valueBytes) / (ADAPTIVE_BYTES + valueBytes));
    }

    /** In percentage points; below zero where an exact LRU hits more. */
    static double worstAgainstLru(List<HitRateRow> rows) {
        double worst = Double.POSITIVE_INFINITY;
        for (int i = 0; i + CONTESTANTS.size() <= rows.size(); i += CONTESTANTS.size()) {
            worst = Math.min(worst, rows.get(i).hitPercent() - rows.get(i + 1).hitPercent());
        }
        return worst;
    }

    static String table(List<HitRateRow> rows, boolean withHeading) {
        StringBuilder table = new StringBuilder();
        if (withHeading) {
            table.append(String.format(Locale.ROOT, "%-10s %8s %8s %8s", "trace", "requests", "keys", "entries"));
            CONTESTANTS.forEach(name -> table.append(String.format(Locale.ROOT, " %16s", name)));
            table.append(String.format("%n"));
        }
        for (int i = 0; i < rows.size(); i += CONTESTANTS.size()) {
            HitRateRow row = rows.get(i);
            table.append(String.format(
                    Locale.ROOT,
                    "%-10s %8d %8d %8d",
                    row.trace(),
                    row.requests(),
                    row.distinctKeys(),
                    row.maximumEntries()));
            for (int c = 0; c < CONTESTANTS.size(); c++) {
                table.append(
                        String.format(Locale.ROOT, " %16.2f", rows.get(i + c).hitPercent()));
            }
            table.append(String.format("%n"));
        }
        return table.toString();
    }

    private static final class Loads implements Function<Integer, Integer> {
        private long count;

        @Override
        public Integer apply(Integer key) {
            count++;
            return key;
        }
    }
}
