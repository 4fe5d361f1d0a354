package io.heapwise.demo;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.stream.Stream;

/** The results as a table: the same cells for the terminal and for the page. */
public final class ResultTable {

    private ResultTable() {}

    public static List<String> head(Scene scene) {
        return Stream.of("contestant", "outcome", scene.rate(), scene.operations() + "/s", "peak live heap", "GC time")
                .filter(name -> !name.isEmpty())
                .toList();
    }

    /** What stands below the head. */
    public static List<String> cells(Scene scene, Run run) {
        return Stream.of(
                        run.contestant().name(),
                        run.outcomeWords(),
                        scene.rate().isEmpty() ? "" : String.format(Locale.ROOT, "%.1f %%", run.hitRate() * 100),
                        String.format(Locale.ROOT, "%,d", run.operationsPerSecond()),
                        peakLive(run),
                        String.format(Locale.ROOT, "%.1f s", run.last().gcMillis() / 1000.0))
                .filter(cell -> !cell.isEmpty())
                .toList();
    }

    private static String peakLive(Run run) {
        if (run.peakLiveBytes() == Sample.UNKNOWN) {
            return "not known";
        }
        String peak = String.format(Locale.ROOT, "%.1f MB", run.peakLiveBytes() / (double) (1 << 20));
        long known = run.samples().stream()
                .filter(sample -> sample.liveBytes() != Sample.UNKNOWN)
                .count();
        // One sample is the last: no collection of the whole heap was needed before the end.
        return known == 1 ? peak + " at end" : peak;
    }

    /** Lines for a terminal: the first two columns to the left, the numbers to the right. */
    public static List<String> lines(Scene scene, List<Run> runs) {
        List<List<String>> rows = Stream.concat(
                        Stream.of(head(scene)), runs.stream().map(run -> cells(scene, run)))
                .toList();
        List<String> lines = new ArrayList<>();
        for (List<String> row : rows) {
            StringBuilder line = new StringBuilder();
            for (int column = 0; column < row.size(); column++) {
                int at = column;
                int width = rows.stream()
                        .mapToInt(each -> each.get(at).length())
                        .max()
                        .orElse(0);
                line.append(String.format("  %" + (column < 2 ? "-" : "") + width + "s", row.get(column)));
            }
            lines.add(line.toString().stripTrailing());
        }
        return lines;
    }
}
