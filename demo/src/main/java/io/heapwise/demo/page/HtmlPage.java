package io.heapwise.demo.page;

import io.heapwise.demo.Contestant;
import io.heapwise.demo.Options;
import io.heapwise.demo.ResultTable;
import io.heapwise.demo.Run;
import io.heapwise.demo.Sample;
import io.heapwise.demo.Scene;
import io.heapwise.demo.child.ChildJvm;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;

/** Writes the results of a scene as one page that needs nothing else: no script, no picture, no network. */
public final class HtmlPage {

    private static final int HEAP_CHART_HEIGHT = 220;
    private static final int HELD_CHART_HEIGHT = 110;

    private final Options options;
    private final List<Run> runs;
    private final Markup page = new Markup();

    private HtmlPage(Options options, List<Run> runs) {
        this.options = options;
        this.runs = runs;
    }

    /** Writes the page to a new file, or over an old one. */
    public static void write(Path file, Options options, List<Run> runs) throws IOException {
        Files.writeString(file, new HtmlPage(options, runs).render());
    }

    private String render() {
        Scene scene = options.scene();
        page.open("html", "lang", "en").open("head");
        page.empty("meta", "charset", "utf-8");
        page.empty("meta", "name", "viewport", "content", "width=device-width, initial-scale=1");
        page.element("title", "Heapwise: " + scene.title());
        page.element("style", PageStyle.CSS).close();
        page.open("body").open("main");
        page.element("h1", scene.title());
        page.element(
                "p",
                String.format(
                        Locale.ROOT,
                        "The same work, done several ways, each alone in a JVM with a heap of %d MB.",
                        options.heapBytes() >> 20),
                "class",
                "lead");
        scene.story().forEach(paragraph -> page.element("p", paragraph));
        page.element("h2", "What came of it");
        table();
        scene.verdict(runs).forEach(paragraph -> page.element("p", paragraph));
        page.element("h2", "Their heaps, side by side");
        key();
        page.open("div", "class", "cards");
        runs.forEach(this::card);
        page.close();
        setUps();
        measurement();
        if (!scene.credit().isEmpty()) {
            page.element("footer", scene.credit(), "class", "soft");
        }
        page.close().close().close();
        return "<!DOCTYPE html>\n" + page;
    }

    private void table() {
        page.open("div", "class", "scroll").open("table").open("thead").open("tr");
        ResultTable.head(options.scene()).forEach(name -> page.element("th", name, "scope", "col"));
        page.close().close().open("tbody");
        for (Run run : runs) {
            page.open("tr");
            List<String> cells = ResultTable.cells(options.scene(), run);
            for (int column = 0; column < cells.size(); column++) {
                if (column == 1) {
                    page.element("td", cells.get(column), "class", style(run));
                } else {
                    page.element("td", cells.get(column));
                }
            }
            page.close();
        }
        page.close().close().close();
    }

    private void key() {
        page.open("ul", "class", "key");
        keyEntry("used", "heap in use, garbage included");
        keyEntry("live", "left by the newest collection of the whole heap");
        if (!options.scene().held().isEmpty()) {
            keyEntry("held", options.scene().held() + " held");
        }
        keyEntry("collected", "time spent in collections so far");
        page.close();
    }

    private void keyEntry(String style, String meaning) {
        page.open("li").element("span", "", "class", style).text(meaning).close();
    }

    private void card(Run run) {
        page.open("section", "class", "card");
        page.element("h3", run.contestant().title());
        page.element("p", run.outcomeWords(), "class", style(run));
        long endMillis =
                runs.stream().mapToLong(each -> each.last().millis()).max().orElse(1);
        int step = endMillis > 120_000 ? 60 : endMillis > 30_000 ? 10 : endMillis > 8_000 ? 5 : 1;
        long heap = options.heapBytes();
        CurveChart heapChart = new CurveChart(
                        "heap of " + run.contestant().title() + " over time",
                        run.samples(),
                        HEAP_CHART_HEIGHT,
                        endMillis,
                        heap)
                .area("used", Sample::usedBytes)
                .grid(List.of(0L, heap / 4, heap / 2, heap / 4 * 3, heap), megabytes(heap))
                .line("live", Sample::liveBytes)
                .seconds(step)
                .ending(style(run), run.outcome().words(), run.last().usedBytes());
        page.add(heapChart.markup());
        if (!options.scene().held().isEmpty()) {
            held(run, endMillis, step);
        }
        collected(run, endMillis, step);
        page.close();
    }

    private void held(Run run, long endMillis, int step) {
        long mostHeld = runs.stream().mapToLong(Run::peakHeld).max().orElse(1);
        page.element("p", options.scene().held() + " held, up to " + count(run.peakHeld()), "class", "caption");
        CurveChart heldChart = new CurveChart(
                        options.scene().held() + " held by " + run.contestant().title() + " over time",
                        run.samples(),
                        HELD_CHART_HEIGHT,
                        endMillis,
                        mostHeld)
                .grid(List.of(0L, mostHeld), List.of("0", count(mostHeld)))
                .line("held", Sample::held)
                .seconds(step);
        page.add(heldChart.markup());
    }

    private void collected(Run run, long endMillis, int step) {
        long mostMillis =
                runs.stream().mapToLong(each -> each.last().gcMillis()).max().orElse(1);
        page.element("p", "collections took " + count(run.last().gcMillis()) + " ms", "class", "caption");
        CurveChart chart = new CurveChart(
                        "time " + run.contestant().title() + " spent in collections",
                        run.samples(),
                        HELD_CHART_HEIGHT,
                        endMillis,
                        mostMillis)
                .grid(List.of(0L, mostMillis), List.of("0", count(mostMillis)))
                .line("collected", Sample::gcMillis)
                .seconds(step);
        page.add(chart.markup());
    }

    private static List<String> megabytes(long heap) {
        return List.of("0", mb(heap / 4), mb(heap / 2), mb(heap / 4 * 3), mb(heap) + " MB");
    }

    private static String mb(long bytes) {
        return Long.toString(bytes >> 20);
    }

    private static String count(long count) {
        return String.format(Locale.ROOT, "%,d", count);
    }

    private void setUps() {
        page.element("h2", "How each is set up").open("dl");
        for (Contestant contestant : options.contestants()) {
            page.element("dt", contestant.title());
            page.element("dd", contestant.setUp(options.heapBytes()));
        }
        page.close();
    }

    private void measurement() {
        page.element("h2", "How it was measured");
        page.element(
                "p",
                String.format(
                        Locale.ROOT,
                        "Every contestant did up to %,d %s, for at most %d s, one contestant after another, in a"
                                + " fresh JVM with the options %s, on Java %s (%s). With the serial collector the live set is"
                                + " exact: it is what a collection of the whole heap leaves. It is also what the JVM chooses by"
                                + " itself in a container as small as this heap. Heap and counts were sampled ten times a"
                                + " second; after its end each contestant's heap was collected once more, outside the times; where no whole collection was"
                                + " needed before that, the live heap is known at the end only.",
                        runs.stream().mapToLong(Run::planned).max().orElse(0),
                        options.scene().operations(),
                        options.seconds(),
                        String.join(" ", ChildJvm.options(options.heapBytes())),
                        Runtime.version(),
                        System.getProperty("java.vm.vendor", "unknown vendor")));
        page.element(
                "p",
                "One run each, beside whatever else this machine was doing: the outcomes are the point, and speeds that are"
                        + " close to each other are not to be told apart.");
    }

    private static String style(Run run) {
        return switch (run.outcome()) {
            case FINISHED -> "good";
            case STOPPED -> "slow";
            case OUT_OF_MEMORY, DIED -> "bad";
        };
    }
}
