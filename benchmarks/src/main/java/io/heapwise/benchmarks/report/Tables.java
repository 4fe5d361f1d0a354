package io.heapwise.benchmarks.report;

import io.heapwise.benchmarks.MachineCard;
import io.heapwise.benchmarks.buffers.FragmentationRow;
import io.heapwise.benchmarks.cache.FootprintRow;
import io.heapwise.benchmarks.cache.PressureRow;
import io.heapwise.benchmarks.pools.CrowdRow;
import io.heapwise.benchmarks.pools.PoolFootprintRow;
import io.heapwise.benchmarks.pools.SpikeRow;
import io.heapwise.benchmarks.streams.PageWalkRow;
import java.util.ArrayList;
import java.util.DoubleSummaryStatistics;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.ToDoubleFunction;

/** What the page and the summary both show, as tables. */
final class Tables {

    private Tables() {}

    static Table machine(Results results) {
        MachineCard machine = results.machine();
        Table table = new Table("measured", results.date());
        table.add(
                "processor",
                machine.processor() + ", " + machine.cores() + " cores" + (machine.virtualised() ? ", virtual" : ""));
        table.add("memory", machine.memory());
        table.add("system", machine.system());
        table.add("commit", machine.commit());
        TreeSet<String> settings = new TreeSet<>();
        results.runs().keySet().forEach(question -> settings.add(question.jdk() + ", " + question.jvmArgs()));
        settings.forEach(setting -> table.add("JVM", setting));
        return table;
    }

    /** Ours over theirs; the verdict is in words, since a ratio without its interval says nothing. */
    static Table ratios(List<Results.Comparison> comparisons) {
        Table table = new Table("question", "setting", "heapwise / other", "ratio (95 %)", "verdict", "B/op", "other");
        for (Results.Comparison comparison : comparisons) {
            JmhRun ours = comparison.ours();
            table.add(
                    ours.question().name(),
                    ours.question().setting(),
                    comparison.theirs().contestant(),
                    comparison.ratio().toString(),
                    comparison.ratio().verdict().toString(),
                    number(ours.bytesPerOperation(), 1),
                    number(comparison.theirs().bytesPerOperation(), 1));
        }
        return table;
    }

    static Table contestants(SortedMap<String, JmhRun> runs) {
        Table table = new Table("contestant", "score", "error (95 %)", "unit", "B/op", "misses %");
        for (JmhRun run : runs.values()) {
            table.add(
                    run.contestant(),
                    number(run.mean(), 3),
                    number(Statistics.error(run.forkMeans()), 3),
                    run.unit(),
                    number(run.bytesPerOperation(), 1),
                    number(100 * run.missShare(), 1));
        }
        return table;
    }

    /** One row a case, one column a contestant; the size is the one asked for, rounded from what the caches kept. */
    static Table footprint(List<FootprintRow> rows) {
        SortedSet<String> contestants =
                contestantsOf(rows.stream().map(FootprintRow::contestant).toList());
        Map<List<String>, Map<String, String>> cases = new LinkedHashMap<>();
        for (FootprintRow row : rows) {
            boolean growing = row.kind().equals(FootprintRow.GROWING_WORST);
            String size = growing ? "any from 1000" : Long.toString(powerOfTen(row.entries()));
            cases.computeIfAbsent(List.of(row.layout(), row.kind(), size), c -> new TreeMap<>())
                    .put(row.contestant(), number(row.bytesPerEntry(), 1) + (growing ? " at " + row.entries() : ""));
        }
        List<String> heading = new ArrayList<>(List.of("layout", "cache", "entries"));
        heading.addAll(ordered(contestants));
        Table table = new Table(heading);
        cases.forEach((name, bytes) -> {
            List<String> cells = new ArrayList<>(name);
            ordered(contestants).forEach(contestant -> cells.add(bytes.getOrDefault(contestant, "")));
            table.add(cells);
        });
        return table;
    }

    /** One row a layout and size, one column a contestant: all bytes, and those an object. */
    static Table poolFootprint(List<PoolFootprintRow> rows) {
        List<String> contestants = ordered(
                contestantsOf(rows.stream().map(PoolFootprintRow::contestant).toList()));
        Map<List<String>, Map<String, String>> cases = new LinkedHashMap<>();
        for (PoolFootprintRow row : rows) {
            cases.computeIfAbsent(List.of(row.layout(), Integer.toString(row.objects())), c -> new TreeMap<>())
                    .put(row.contestant(), row.bytes() + " (" + number(row.bytesPerObject(), 1) + ")");
        }
        List<String> heading = new ArrayList<>(List.of("layout", "objects"));
        heading.addAll(contestants);
        Table table = new Table(heading);
        cases.forEach((name, bytes) -> {
            List<String> cells = new ArrayList<>(name);
            contestants.forEach(contestant -> cells.add(bytes.getOrDefault(contestant, "")));
            table.add(cells);
        });
        return table;
    }

    static Table hitRates(Results results) {
        List<String> contestants = ordered(contestantsOf(
                results.hitRates().stream().map(row -> row.contestant()).toList()));
        List<String> heading = new ArrayList<>(List.of("trace", "requests", "keys", "entries"));
        heading.addAll(contestants);
        heading.add("heapwise - exactLru");
        Table table = new Table(heading);
        results.hitRatesByCache().forEach((cache, rates) -> {
            List<String> cells = new ArrayList<>(List.of(
                    cache.trace(),
                    Long.toString(cache.requests()),
                    Long.toString(cache.distinctKeys()),
                    Long.toString(cache.maximumEntries())));
            contestants.forEach(contestant -> cells.add(number(rates.getOrDefault(contestant, Double.NaN), 2)));
            double gap = rates.getOrDefault(Results.OURS, Double.NaN) - rates.getOrDefault("exactLru", Double.NaN);
            cells.add(Double.isNaN(gap) ? "" : String.format(Locale.ROOT, "%+.2f", gap));
            table.add(cells);
        });
        return table;
    }

    /** One row a contestant and crowd: of several rounds the median, and of what is compared the range too. */
    static Table crowds(List<CrowdRow> rows) {
        Table table = new Table(
                "threads",
                "objects",
                "held for",
                "contestant",
                "cycles/ms",
                "least served / mean",
                "fewer than ten turns",
                "wait p50 us",
                "p99",
                "p99.9",
                "max",
                "timeouts",
                "CPU s/s",
                "B/cycle");
        Map<List<String>, List<CrowdRow>> cases = new LinkedHashMap<>();
        rows.forEach(row -> cases.computeIfAbsent(
                        List.of(
                                row.threads() + " " + row.kind(),
                                Integer.toString(row.objects()),
                                row.hold(),
                                row.contestant()),
                        name -> new ArrayList<>())
                .add(row));
        cases.forEach((name, rounds) -> {
            List<String> cells = new ArrayList<>(name);
            cells.add(range(rounds, row -> row.cyclesPerSecond() / 1000, 1));
            cells.add(range(rounds, CrowdRow::leastShare, 2));
            cells.add(number(median(rounds, CrowdRow::fewerThanTen), 0));
            cells.add(number(median(rounds, CrowdRow::waitP50Micros), 0));
            cells.add(number(median(rounds, CrowdRow::waitP99Micros), 0));
            cells.add(number(median(rounds, CrowdRow::waitP999Micros), 0));
            cells.add(number(median(rounds, CrowdRow::waitMaxMicros), 0));
            cells.add(number(median(rounds, CrowdRow::timeouts), 0));
            cells.add(number(median(rounds, CrowdRow::cpuShare), 2));
            cells.add(number(median(rounds, CrowdRow::bytesPerCycle), 0));
            table.add(cells);
        });
        return table;
    }

    /** One row a contestant and case: of several rounds the median, of what is compared the range too, and the most of what is bounded. */
    static Table spikes(List<SpikeRow> rows) {
        Table table = new Table("contestant", "opened", "wait us p50", "max", "all served after ms");
        Map<String, List<SpikeRow>> contestants = new LinkedHashMap<>();
        rows.forEach(row -> contestants
                .computeIfAbsent(row.contestant(), name -> new ArrayList<>())
                .add(row));
        contestants.forEach((name, rounds) -> table.add(List.of(
                name,
                range(rounds, SpikeRow::opened, 0),
                number(median(rounds, SpikeRow::waitP50Micros), 0),
                number(median(rounds, SpikeRow::waitMaxMicros), 0),
                number(median(rounds, SpikeRow::allMillis), 1))));
        return table;
    }

    static Table pageWalks(List<PageWalkRow> rows) {
        Table table = new Table(
                "fetch / process", "pages", "contestant", "total ms", "ideal ms", "total / ideal", "most pages alive");
        Map<List<String>, List<PageWalkRow>> cases = new LinkedHashMap<>();
        rows.forEach(row -> cases.computeIfAbsent(
                        List.of(number(row.fetchOverProcess(), 1), Integer.toString(row.pages()), row.contestant()),
                        name -> new ArrayList<>())
                .add(row));
        cases.forEach((name, rounds) -> {
            List<String> cells = new ArrayList<>(name);
            cells.add(number(median(rounds, PageWalkRow::totalMillis), 0));
            cells.add(number(median(rounds, PageWalkRow::idealMillis), 0));
            cells.add(range(rounds, PageWalkRow::overIdeal, 3));
            cells.add(Integer.toString(
                    rounds.stream().mapToInt(PageWalkRow::mostPagesAlive).max().orElseThrow()));
            table.add(cells);
        });
        return table;
    }

    /** One row a contestant and trace: of several rounds the median, and of the peak the range too. */
    static Table fragmentations(List<FragmentationRow> rows) {
        Table table = new Table(
                "survivors",
                "idle s",
                "contestant",
                "peak live MiB",
                "peak resident / live",
                "plateau",
                "idle live MiB",
                "resident at end MiB",
                "after 15 s",
                "/ live",
                "/ peak live",
                "after idle",
                "/ live",
                "/ peak live",
                "held MiB");
        Map<List<String>, List<FragmentationRow>> cases = new LinkedHashMap<>();
        rows.forEach(row -> cases.computeIfAbsent(
                        List.of(
                                row.hasSurvivors() ? "3 %" : "none",
                                Integer.toString(row.idleSeconds()),
                                row.contestant()),
                        name -> new ArrayList<>())
                .add(row));
        cases.forEach((name, rounds) -> {
            List<String> cells = new ArrayList<>(name);
            cells.add(mebibytes(rounds, FragmentationRow::peakLiveBytes));
            cells.add(range(rounds, FragmentationRow::peakOverLive, 2));
            cells.add(number(median(rounds, FragmentationRow::plateauOverLive), 2));
            cells.add(mebibytes(rounds, FragmentationRow::idleLiveBytes));
            cells.add(mebibytes(rounds, FragmentationRow::residentAtEndBytes));
            cells.add(mebibytes(rounds, FragmentationRow::residentSoonBytes));
            cells.add(number(median(rounds, FragmentationRow::soonOverLive), 2));
            cells.add(number(median(rounds, FragmentationRow::soonOverPeak), 3));
            cells.add(mebibytes(rounds, FragmentationRow::residentIdleBytes));
            cells.add(number(median(rounds, FragmentationRow::idleOverLive), 2));
            cells.add(number(median(rounds, FragmentationRow::idleOverPeak), 3));
            cells.add(mebibytes(rounds, FragmentationRow::heldIdleBytes));
            table.add(cells);
        });
        return table;
    }

    /** One row a cell; the hand-sized cache of the same scenario and collector is what the others are compared with, if it lived. */
    static Table pressures(List<PressureRow> rows) {
        Table table = new Table(
                "scenario",
                "collector",
                "contestant",
                "outcome",
                "requests",
                "hits %",
                "- by hand",
                "last phase %",
                "- by hand",
                "GC ms",
                "/ by hand",
                "share",
                "total ms",
                "/ by hand",
                "held MiB",
                "evictions");
        for (PressureRow row : rows) {
            Optional<PressureRow> hand = byHand(rows, row).filter(other -> row.hasSurvived());
            boolean isHand = row.contestant().equals(PressureRow.BY_HAND);
            table.add(
                    row.scenario(),
                    row.collector(),
                    isHand ? row.contestant() + " " + (row.handSizedBytes() >> 20) + " MiB" : row.contestant(),
                    row.outcome(),
                    Long.toString(row.requests()),
                    number(row.hitPercent(), 2),
                    hand.map(other -> signed(row.hitPercent() - other.hitPercent()))
                            .orElse(""),
                    number(row.lastPhaseHitPercent(), 2),
                    hand.map(other -> signed(row.lastPhaseHitPercent() - other.lastPhaseHitPercent()))
                            .orElse(""),
                    Long.toString(row.gcMillis()),
                    hand.map(other -> number(row.gcMillis() / (double) other.gcMillis(), 2))
                            .orElse(""),
                    number(row.gcShare(), 2),
                    Long.toString(row.wallMillis()),
                    hand.map(other -> number(row.wallMillis() / (double) other.wallMillis(), 2))
                            .orElse(""),
                    number(row.heldBytes() / (double) (1 << 20), 1),
                    Long.toString(row.evictions()));
        }
        return table;
    }

    /** The hand-sized cache of the same cell, if it survived and is another one. */
    private static Optional<PressureRow> byHand(List<PressureRow> rows, PressureRow row) {
        return rows.stream()
                .filter(other -> other.contestant().equals(PressureRow.BY_HAND)
                        && !row.contestant().equals(PressureRow.BY_HAND)
                        && other.hasSurvived()
                        && other.scenario().equals(row.scenario())
                        && other.collector().equals(row.collector()))
                .findFirst();
    }

    private static String signed(double points) {
        return String.format(Locale.ROOT, "%+.2f", points);
    }

    private static <R> String mebibytes(List<R> rounds, ToDoubleFunction<R> bytes) {
        return number(median(rounds, bytes) / (1 << 20), 0);
    }

    private static <R> String range(List<R> rounds, ToDoubleFunction<R> figure, int decimals) {
        DoubleSummaryStatistics all = rounds.stream().mapToDouble(figure).summaryStatistics();
        return number(median(rounds, figure), decimals) + " (" + number(all.getMin(), decimals) + "-"
                + number(all.getMax(), decimals) + ")";
    }

    static <R> double median(List<R> rounds, ToDoubleFunction<R> figure) {
        return rounds.stream().mapToDouble(figure).sorted().toArray()[rounds.size() / 2];
    }

    static Table files(Results results) {
        Table table = new Table("file", "SHA-256");
        results.sha256().forEach((file, digest) -> table.add(file, digest));
        return table;
    }

    static String number(double value, int decimals) {
        if (Double.isNaN(value) || Double.isInfinite(value)) {
            return "";
        }
        // Allocation is measured as a rate, so nothing reads as a ten thousandth of a byte.
        String text = String.format(Locale.ROOT, "%." + decimals + "f", value);
        return text.matches("-0\\.?0*") ? text.substring(1) : text;
    }

    private static long powerOfTen(long entries) {
        return Math.round(Math.pow(10, Math.rint(Math.log10((double) entries))));
    }

    private static SortedSet<String> contestantsOf(List<String> names) {
        return new TreeSet<>(names);
    }

    /** Ours first, the others by name. */
    private static List<String> ordered(SortedSet<String> contestants) {
        List<String> ordered = new ArrayList<>(contestants);
        if (ordered.remove(Results.OURS)) {
            ordered.add(0, Results.OURS);
        }
        return ordered;
    }
}
