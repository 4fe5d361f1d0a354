package io.heapwise.benchmarks.report;

import io.heapwise.benchmarks.buffers.FragmentationRow;
import io.heapwise.benchmarks.cache.FootprintRow;
import io.heapwise.benchmarks.cache.PressureRow;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.ToDoubleFunction;
import java.util.stream.Collectors;

/** Every case in a folder of results in which another contestant does better than Heapwise, in plain sentences. */
final class Losses {
    /** Hit rates are exact for a trace, so any gap is real; below this it is of no use to anybody. */
    private static final double POINTS = 0.05;

    /** The JVM's own memory beside the buffers' is not the same in any two runs. */
    private static final long NOISE_BYTES = 4 << 20;

    /** What is evicted under pressure depends on when the collector runs: two runs differ by less than this. */
    private static final double PRESSURE_POINTS = 1;

    /** As much more time of the collector is no loss, nor is so little of it. */
    private static final double PRESSURE_GC = 1.1;

    private static final long PRESSURE_GC_MILLIS = 20;

    private Losses() {}

    static List<String> in(Results results) {
        List<String> losses = new ArrayList<>();
        for (Results.Comparison comparison : results.comparisons()) {
            if (comparison.ratio().verdict() == Ratio.Verdict.WORSE) {
                JmhRun ours = comparison.ours();
                losses.add(String.format(
                        Locale.ROOT,
                        "%s: %s of %s's throughput (%s)",
                        ours.question().name(),
                        comparison.ratio(),
                        comparison.theirs().contestant(),
                        ours.question().setting()));
            }
        }
        results.footprints().forEach((jdk, rows) -> losses.addAll(footprint(jdk, rows)));
        results.fragmentations().forEach((jdk, rows) -> losses.addAll(fragmentation(jdk, rows)));
        results.pressures().forEach((jdk, rows) -> losses.addAll(pressure(jdk, rows)));
        losses.addAll(hitRates(results));
        return losses;
    }

    /** Where Heapwise died, and each survivor of the same cell that had more hits or needed the collector less. */
    private static List<String> pressure(String jdk, List<PressureRow> rows) {
        List<String> losses = new ArrayList<>();
        for (PressureRow ours : rows) {
            if (!ours.contestant().startsWith(Results.OURS)) {
                continue;
            }
            String cell = String.format(Locale.ROOT, "(%s, %s, %s)", ours.scenario(), ours.collector(), jdk);
            if (!ours.hasSurvived()) {
                losses.add(String.format(
                        Locale.ROOT,
                        "Pressure: %s %s after %d requests %s",
                        ours.contestant(),
                        ours.outcome(),
                        ours.requests(),
                        cell));
                continue;
            }
            for (PressureRow theirs : rows) {
                if (theirs.contestant().startsWith(Results.OURS)
                        || !theirs.hasSurvived()
                        || !theirs.scenario().equals(ours.scenario())
                        || !theirs.collector().equals(ours.collector())) {
                    continue;
                }
                if (theirs.hitPercent() - ours.hitPercent() > PRESSURE_POINTS) {
                    losses.add(String.format(
                            Locale.ROOT,
                            "Pressure: %.2f %% hits of %s, %s %.2f %% %s",
                            ours.hitPercent(),
                            ours.contestant(),
                            theirs.contestant(),
                            theirs.hitPercent(),
                            cell));
                }
                if (ours.gcMillis() > PRESSURE_GC * theirs.gcMillis()
                        && ours.gcMillis() - theirs.gcMillis() > PRESSURE_GC_MILLIS) {
                    losses.add(String.format(
                            Locale.ROOT,
                            "Pressure: %d ms of collections with %s, %s %d ms %s",
                            ours.gcMillis(),
                            ours.contestant(),
                            theirs.contestant(),
                            theirs.gcMillis(),
                            cell));
                }
            }
        }
        return losses;
    }

    /** Whoever had less resident for the same buffers: at the peak, and after it. */
    private static List<String> fragmentation(String jdk, List<FragmentationRow> rows) {
        Map<String, ToDoubleFunction<FragmentationRow>> figures = new LinkedHashMap<>();
        figures.put("at the peak", FragmentationRow::peakResidentBytes);
        figures.put("15 s after it", FragmentationRow::residentSoonBytes);
        figures.put("when it was idle", FragmentationRow::residentIdleBytes);
        List<String> losses = new ArrayList<>();
        for (boolean hasSurvivors : new boolean[] {true, false}) {
            Map<String, List<FragmentationRow>> contestants = rows.stream()
                    .filter(row -> row.hasSurvivors() == hasSurvivors)
                    .collect(Collectors.groupingBy(FragmentationRow::contestant, TreeMap::new, Collectors.toList()));
            List<FragmentationRow> ours = contestants.remove(Results.OURS);
            if (ours == null) {
                continue;
            }
            contestants.forEach((contestant, theirs) -> figures.forEach((moment, bytes) -> {
                double own = Tables.median(ours, bytes);
                double other = Tables.median(theirs, bytes);
                if (own - other > NOISE_BYTES) {
                    losses.add(String.format(
                            Locale.ROOT,
                            "Fragmentation: %.0f MiB resident %s, %s %.0f (%s, %s)",
                            own / (1 << 20),
                            moment,
                            contestant,
                            other / (1 << 20),
                            hasSurvivors ? "3 % survivors" : "no survivors",
                            jdk));
                }
            }));
        }
        return losses;
    }

    private static List<String> footprint(String jdk, List<FootprintRow> rows) {
        List<String> losses = new ArrayList<>();
        for (FootprintRow ours : rows) {
            for (FootprintRow theirs : rows) {
                if (ours.contestant().equals(Results.OURS)
                        && !theirs.contestant().equals(Results.OURS)
                        && sameCase(ours, theirs)
                        && ours.bytesPerEntry() > theirs.bytesPerEntry()) {
                    losses.add(String.format(
                            Locale.ROOT,
                            "Footprint: %.1f bytes an entry, %s %.1f (%s, %d entries, %s, %s)",
                            ours.bytesPerEntry(),
                            theirs.contestant(),
                            theirs.bytesPerEntry(),
                            ours.kind(),
                            ours.entries(),
                            ours.layout(),
                            jdk));
                }
            }
        }
        return losses;
    }

    /** Caches keep a few entries more or less than asked, and are at their worst at different sizes. */
    private static boolean sameCase(FootprintRow a, FootprintRow b) {
        boolean alikeInSize = a.entries() < 2 * b.entries() && b.entries() < 2 * a.entries();
        return a.layout().equals(b.layout())
                && a.kind().equals(b.kind())
                && (alikeInSize || a.kind().equals(FootprintRow.GROWING_WORST));
    }

    /** One line for each trace and contestant: the widest gap, and at how many sizes there is one. */
    private static Collection<String> hitRates(Results results) {
        Map<String, String> lines = new TreeMap<>();
        Map<String, Double> widest = new TreeMap<>();
        Map<String, Integer> sizes = new TreeMap<>();
        results.hitRatesByCache().forEach((cache, rates) -> {
            double ours = rates.getOrDefault(Results.OURS, Double.NaN);
            rates.forEach((contestant, theirs) -> {
                String pair = contestant + "\t" + cache.trace();
                if (!contestant.equals("optimal") && !contestant.startsWith(Results.OURS) && theirs - ours >= POINTS) {
                    int known = sizes.merge(pair, 1, Integer::sum);
                    if (known == 1 || theirs - ours > widest.get(pair)) {
                        widest.put(pair, theirs - ours);
                        lines.put(
                                pair,
                                String.format(
                                        Locale.ROOT,
                                        "HitRate: %.2f %%, %s %.2f %% (%s, %d entries",
                                        ours,
                                        contestant,
                                        theirs,
                                        cache.trace(),
                                        cache.maximumEntries()));
                    }
                }
            });
        });
        lines.replaceAll((pair, line) ->
                line + (sizes.get(pair) == 1 ? ")" : "; less at " + (sizes.get(pair) - 1) + " more sizes)"));
        return lines.values();
    }
}
