package io.heapwise.benchmarks.report;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;

/**
 * Turns a folder of results into one self-contained page and a summary in Markdown. Equal input gives equal bytes, so a
 * change of the page is a change of the measurements.
 */
public final class Report {
    private final Results results;
    private final List<Results.Comparison> comparisons;
    private final List<String> losses;

    Report(Results results) {
        this.results = results;
        this.comparisons = results.comparisons();
        this.losses = Losses.in(results);
    }

    /** Arguments: the folder of the results, the folder for index.html and summary.md. */
    public static void main(String[] args) throws IOException {
        if (args.length != 2) {
            throw new IllegalArgumentException(
                    "arguments=" + args.length + " (expected 2): report <results folder> <documents folder>");
        }
        Report report = new Report(Results.of(Path.of(args[0])));
        Path target = Path.of(args[1]);
        Files.createDirectories(target);
        Files.writeString(target.resolve("index.html"), report.html());
        Files.writeString(target.resolve("summary.md"), report.markdown());
        System.out.println(report.comparisons.size() + " comparisons, " + report.losses.size()
                + " losses: index.html, summary.md");
    }

    String markdown() {
        StringBuilder text = new StringBuilder("# Benchmarks\n\n");
        text.append(Tables.machine(results).markdown());
        text.append("Written by `report`; the figures are in `benchmarks/results/")
                .append(results.date())
                .append(
                        "`. A ratio is Heapwise over the other contestant of the same run, above one in our favour; where\n")
                .append("its 95 % interval holds one, no difference was seen. Sample: ")
                .append(sample())
                .append(".\n\n");
        text.append("## Where Heapwise loses\n\n");
        if (losses.isEmpty()) {
            text.append("Nowhere in these results.\n\n");
        } else {
            losses.forEach(loss -> text.append("- ").append(loss).append('\n'));
            text.append('\n');
        }
        if (!comparisons.isEmpty()) {
            text.append("## Speed\n\n").append(Tables.ratios(comparisons).markdown());
        }
        results.footprints()
                .forEach((jdk, rows) -> text.append("## Bytes an entry, ")
                        .append(jdk)
                        .append("\n\n")
                        .append(Tables.footprint(rows).markdown()));
        results.poolFootprints()
                .forEach((jdk, rows) -> text.append("## Bytes of a pool, ")
                        .append(jdk)
                        .append("\n\n")
                        .append(Tables.poolFootprint(rows).markdown()));
        results.crowds()
                .forEach((jdk, rows) -> text.append("## More threads than objects, ")
                        .append(jdk)
                        .append("\n\n")
                        .append(Tables.crowds(rows).markdown()));
        results.spikes()
                .forEach((jdk, rows) -> text.append("## Fifty requests at once, ")
                        .append(jdk)
                        .append("\n\n")
                        .append(Tables.spikes(rows).markdown()));
        results.pageWalks()
                .forEach((jdk, rows) -> text.append("## Walks through pages, ")
                        .append(jdk)
                        .append("\n\n")
                        .append(Tables.pageWalks(rows).markdown()));
        results.fragmentations()
                .forEach((jdk, rows) -> text.append("## Resident memory of buffers, ")
                        .append(jdk)
                        .append("\n\n")
                        .append(Tables.fragmentations(rows).markdown()));
        results.pressures()
                .forEach((jdk, rows) -> text.append("## A heap of 128 MiB under pressure, ")
                        .append(jdk)
                        .append("\n\n")
                        .append(Tables.pressures(rows).markdown()));
        if (!results.hitRates().isEmpty()) {
            text.append("## Hit rates on recorded requests, in percent\n\n")
                    .append(Tables.hitRates(results).markdown());
        }
        return text.toString().stripTrailing() + "\n";
    }

    String html() {
        StringBuilder page = new StringBuilder(HEAD);
        page.append("<h1>Heapwise benchmarks</h1>\n")
                .append(Tables.machine(results).html())
                .append(
                        "<p>A ratio is Heapwise over the other contestant of the same run, above one in our favour. Where its")
                .append(" 95 % interval holds one, no difference was seen. Sample: ")
                .append(sample())
                .append(".</p>\n<h2>Where Heapwise loses</h2>\n");
        if (losses.isEmpty()) {
            page.append("<p>Nowhere in these results.</p>\n");
        } else {
            page.append("<ul>\n");
            losses.forEach(
                    loss -> page.append("<li>").append(Table.escape(loss)).append("</li>\n"));
            page.append("</ul>\n");
        }
        if (!comparisons.isEmpty()) {
            page.append("<h2>Speed</h2>\n").append(Tables.ratios(comparisons).html());
        }
        results.runs()
                .forEach((question, runs) -> page.append("<h3>")
                        .append(Table.escape(question.name()))
                        .append(" <small>")
                        .append(Table.escape(question.setting()))
                        .append("</small></h3>\n")
                        .append(DotPlot.of(runs.values()))
                        .append(Tables.contestants(runs).html()));
        results.footprints()
                .forEach((jdk, rows) -> page.append("<h2>Bytes an entry beyond key and value, ")
                        .append(jdk)
                        .append("</h2>\n")
                        .append(Tables.footprint(rows).html()));
        results.poolFootprints()
                .forEach((jdk, rows) -> page.append("<h2>Bytes of a pool, ")
                        .append(jdk)
                        .append("</h2>\n")
                        .append(Tables.poolFootprint(rows).html()));
        results.crowds()
                .forEach((jdk, rows) -> page.append("<h2>More threads than objects, ")
                        .append(jdk)
                        .append("</h2>\n")
                        .append(Tables.crowds(rows).html()));
        results.spikes()
                .forEach((jdk, rows) -> page.append("<h2>Fifty requests at once, ")
                        .append(jdk)
                        .append("</h2>\n")
                        .append(Tables.spikes(rows).html()));
        results.pageWalks()
                .forEach((jdk, rows) -> page.append("<h2>Walks through pages, ")
                        .append(jdk)
                        .append("</h2>\n")
                        .append(Tables.pageWalks(rows).html()));
        results.fragmentations()
                .forEach((jdk, rows) -> page.append("<h2>Resident memory of buffers, ")
                        .append(jdk)
                        .append("</h2>\n")
                        .append(Tables.fragmentations(rows).html()));
        results.pressures()
                .forEach((jdk, rows) -> page.append("<h2>A heap of 128 MiB under pressure, ")
                        .append(jdk)
                        .append("</h2>\n")
                        .append(Tables.pressures(rows).html()));
        if (!results.hitRates().isEmpty()) {
            page.append("<h2>Hit rates on recorded requests, in percent</h2>\n")
                    .append(Tables.hitRates(results).html());
        }
        return page.append("<h2>The figures</h2>\n<p>In benchmarks/results/")
                .append(Table.escape(results.date()))
                .append("; how to measure again is in benchmarks/README.md.</p>\n")
                .append(Tables.files(results).html())
                .append("</main></body></html>\n")
                .toString();
    }

    private String sample() {
        int fewest = results.runs().values().stream()
                .flatMap(runs -> runs.values().stream())
                .mapToInt(JmhRun::forks)
                .min()
                .orElse(0);
        return fewest == 1
                ? "the iterations of a single fork, which flatters the intervals"
                : String.format(Locale.ROOT, "the means of %d forks", fewest);
    }

    private static final String HEAD = """
            <!DOCTYPE html>
            <html lang="en"><head><meta charset="utf-8"><title>Heapwise benchmarks</title>
            <meta name="viewport" content="width=device-width, initial-scale=1">
            <style>
            :root { color-scheme: light dark; --ink: #1c2430; --paper: #fff; --rule: #d5dae1; --ours: #0a6c8f; --other: #7b8694; }
            @media (prefers-color-scheme: dark) {
              :root { --ink: #e3e8ee; --paper: #14181e; --rule: #39424d; --ours: #56c0e4; --other: #97a3b1; }
            }
            body { font: 15px/1.5 system-ui, sans-serif; color: var(--ink); background: var(--paper); margin: 0; }
            main { max-width: 62rem; margin: 0 auto; padding: 1rem; }
            .wide { overflow-x: auto; }
            table { border-collapse: collapse; margin: .5rem 0 1.5rem; font-size: 13px; }
            th, td { text-align: left; padding: .2rem .7rem .2rem 0; border-bottom: 1px solid var(--rule); white-space: nowrap; }
            .number { text-align: right; font-variant-numeric: tabular-nums; }
            svg { width: 100%; max-width: 44rem; display: block; }
            text { fill: var(--ink); font-size: 12px; } .small { font-size: 11px; } .label.ours { font-weight: 700; }
            .axis { stroke: var(--rule); } .bar { stroke: var(--other); stroke-width: 2; } .bar.ours { stroke: var(--ours); }
            .dot { fill: var(--other); } .dot.ours { fill: var(--ours); }
            .fork { fill: var(--other); opacity: .3; } .fork.ours { fill: var(--ours); }
            </style></head><body><main>
            """;
}
