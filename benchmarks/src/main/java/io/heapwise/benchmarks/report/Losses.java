package io.heapwise.benchmarks.report;

import io.heapwise.benchmarks.cache.FootprintRow;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;

/** Every case in a folder of results in which another contestant does better than Heapwise, in plain sentences. */
final class Losses {
    /** Hit rates are exact for a trace, so any gap is real; below this it is of no use to anybody. */
    private static final double POINTS = 0.05;

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
        losses.addAll(hitRates(results));
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
                if (!contestant.equals("optimal") && theirs - ours >= POINTS) {
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
