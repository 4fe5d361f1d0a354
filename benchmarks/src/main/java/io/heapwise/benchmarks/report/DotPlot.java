package io.heapwise.benchmarks.report;

import java.util.Collection;
import java.util.Locale;

/**
 * Draws the contestants of one question as inline SVG, from zero: a dot and its error bar each, the forks faint behind.
 */
final class DotPlot {
    private static final int LABEL_WIDTH = 90;
    private static final int PLOT_WIDTH = 520;
    private static final int ROW_HEIGHT = 24;

    private DotPlot() {}

    static String of(Collection<JmhRun> runs) {
        double most = runs.stream()
                .flatMap(run -> run.forkMeans().stream())
                .mapToDouble(Double::doubleValue)
                .max()
                .orElse(1);
        double scale = PLOT_WIDTH / (most * 1.08);
        int height = ROW_HEIGHT * runs.size() + 22;
        StringBuilder svg = new StringBuilder(String.format(
                Locale.ROOT,
                "<svg viewBox=\"0 0 %d %d\" role=\"img\" aria-label=\"throughput by contestant\">%n",
                LABEL_WIDTH + PLOT_WIDTH + 90,
                height));
        int row = 0;
        String unit = "";
        for (JmhRun run : runs) {
            svg.append(row(run, row++, scale));
            unit = run.unit();
        }
        svg.append(String.format(
                Locale.ROOT,
                "<line x1=\"%1$d\" y1=\"2\" x2=\"%1$d\" y2=\"%2$d\" class=\"axis\"/>"
                        + "<text x=\"%1$d\" y=\"%3$d\" class=\"small\">0</text>"
                        + "<text x=\"%4$d\" y=\"%3$d\" class=\"small\" text-anchor=\"end\">%5$.3g %6$s</text></svg>%n",
                LABEL_WIDTH,
                height - 18,
                height - 4,
                LABEL_WIDTH + PLOT_WIDTH,
                most * 1.08,
                unit));
        // The platform's line end must not get into a file that is compared byte by byte.
        return svg.toString().replace("\r\n", "\n");
    }

    private static String row(JmhRun run, int row, double scale) {
        int y = ROW_HEIGHT * row + ROW_HEIGHT / 2 + 2;
        String ours = run.contestant().equals(Results.OURS) ? " ours" : "";
        double mean = run.mean();
        double error = Math.min(Statistics.error(run.forkMeans()), mean);
        StringBuilder svg = new StringBuilder(String.format(
                Locale.ROOT,
                "<text x=\"%d\" y=\"%d\" text-anchor=\"end\" class=\"label%s\">%s</text>",
                LABEL_WIDTH - 8,
                y + 4,
                ours,
                run.contestant()));
        for (double fork : run.forkMeans()) {
            svg.append(String.format(
                    Locale.ROOT,
                    "<circle cx=\"%.1f\" cy=\"%d\" r=\"3\" class=\"fork%s\"/>",
                    LABEL_WIDTH + fork * scale,
                    y,
                    ours));
        }
        svg.append(String.format(
                Locale.ROOT,
                "<line x1=\"%.1f\" y1=\"%2$d\" x2=\"%3$.1f\" y2=\"%2$d\" class=\"bar%4$s\"/>"
                        + "<circle cx=\"%5$.1f\" cy=\"%2$d\" r=\"4.5\" class=\"dot%4$s\"/>"
                        + "<text x=\"%6$d\" y=\"%7$d\" class=\"small\">%8$.2f</text>%n",
                LABEL_WIDTH + (mean - error) * scale,
                y,
                LABEL_WIDTH + Math.min(PLOT_WIDTH, (mean + error) * scale),
                ours,
                LABEL_WIDTH + mean * scale,
                LABEL_WIDTH + PLOT_WIDTH + 8,
                y + 4,
                mean));
        return svg.toString();
    }
}
