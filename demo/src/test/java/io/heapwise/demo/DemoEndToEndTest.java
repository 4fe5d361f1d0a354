package io.heapwise.demo;

import static org.assertj.core.api.Assertions.assertThat;

import io.heapwise.demo.child.ChildJvm;
import io.heapwise.demo.page.HtmlPage;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import javax.xml.parsers.DocumentBuilderFactory;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.w3c.dom.Document;

/** Runs real children on a slice of the real text: slow as unit tests go, a few seconds in all. */
class DemoEndToEndTest {

    private final ByteArrayOutputStream screen = new ByteArrayOutputStream();
    private final Progress progress = new Progress(new PrintStream(screen, true, StandardCharsets.UTF_8), false);

    @TempDir
    Path folder;

    @Test
    void aSliceOfTheSceneEndsInATableAndAPage() throws Exception {
        Path page = folder.resolve("page.html");
        Options options = Options.parse(
                "--contestants", "map,heapwise", "--operations", "5000", "--xmx", "32m", "--out", page.toString());

        List<Run> runs = Demo.runAll(options, progress);
        HtmlPage.write(options.out(), options, runs);

        assertThat(runs).extracting(Run::outcome).containsOnly(Outcome.FINISHED);
        for (Run run : runs) {
            assertThat(run.last().operations()).isEqualTo(5000);
            assertThat(run.hitRate()).isBetween(0.01, 0.99);
            assertThat(run.peakLiveBytes()).isBetween(1L, 32L << 20);
        }
        assertThat(runs.get(0).last().misses())
                .as("5,000 words are no more than fit, so both caches miss each once")
                .isEqualTo(runs.get(1).last().misses());
        assertThat(screen.toString(StandardCharsets.UTF_8)).contains("map is running", "finished in");
        assertThat(ResultTable.lines(options.scene(), runs)).hasSize(3);
        assertWholeInItself(page, 2, 6);
    }

    @Test
    void sessionsThatAreForgottenComeBackAndRefusalsReachNobody() throws Exception {
        Path page = folder.resolve("sessions.html");
        Options options = Options.parse(
                "--scene", "sessions",
                "--contestants", "heapwise,commons",
                "--operations", "4000",
                "--xmx", "32m",
                "--seconds", "60",
                "--out", page.toString());

        List<Run> runs = Demo.runAll(options, progress);
        HtmlPage.write(options.out(), options, runs);

        Run ours = runs.get(0);
        assertThat(ours.outcome()).isEqualTo(Outcome.FINISHED);
        assertThat(ours.last().operations()).isEqualTo(4000);
        assertThat(ours.last().misses())
                .as("one creation in five fails, no request does")
                .isZero();
        assertThat(ours.peakHeld()).isBetween(1L, 10L);
        assertThat(ResultTable.head(options.scene())).contains("served", "requests/s");
        assertWholeInItself(page, 2, 6);
    }

    @Test
    void allWhoReadAFileThatIsBiggerThanTheHeapCountTheSame() throws Exception {
        Path page = folder.resolve("lines.html");
        Options options = Options.parse(
                "--scene", "lines", "--operations", "40", "--xmx", "16m", "--seconds", "60", "--out", page.toString());

        List<Run> runs = Demo.runAll(options, progress);
        HtmlPage.write(options.out(), options, runs);

        assertThat(runs)
                .extracting(Run::outcome)
                .containsExactly(Outcome.OUT_OF_MEMORY, Outcome.FINISHED, Outcome.FINISHED, Outcome.FINISHED);
        assertThat(runs.subList(1, 4))
                .allSatisfy(run -> assertThat(run.last().operations()).isEqualTo(40));
        assertThat(runs.subList(1, 4))
                .extracting(Run::detail)
                .allMatch(detail -> detail.endsWith("they have 41,943,040 bytes"))
                .containsOnly(runs.get(1).detail());
        assertThat(Files.readString(page)).contains("All who read to the end counted the same");
        assertThat(ResultTable.head(options.scene())).contains("MB/s").doesNotContain("");
        assertWholeInItself(page, 4, 8);
    }

    @Test
    void aLineThatIsLongerThanTheHeapIsPassedOver() throws Exception {
        Options options = Options.parse("--scene", "longline", "--operations", "48", "--xmx", "16m", "--seconds", "60");

        List<Run> runs = Demo.runAll(options, progress);

        assertThat(runs)
                .extracting(Run::outcome)
                .containsExactly(Outcome.OUT_OF_MEMORY, Outcome.FINISHED, Outcome.FINISHED);
        assertThat(runs.subList(1, 3))
                .extracting(Run::detail)
                .as("24 MB of ordinary lines, and one of 24 MB that nobody looks at")
                .allMatch(detail -> detail.endsWith("they have 25,165,824 bytes"))
                .containsOnly(runs.get(1).detail());
        assertThat(runs.get(1).last().operations()).isEqualTo(48);
    }

    @Test
    void aServiceThatRepeatsItsLastTokenIsReadToItsEndAndNoFurther() throws Exception {
        Path page = folder.resolve("pages.html");
        Options options = Options.parse(
                "--scene", "pages",
                "--contestants", "heapwise,prefetch",
                "--operations", "2100",
                "--xmx", "32m",
                "--seconds", "60",
                "--out", page.toString());

        List<Run> runs = Demo.runAll(options, progress);
        HtmlPage.write(options.out(), options, runs);

        assertThat(runs).extracting(Run::outcome).containsOnly(Outcome.FINISHED);
        assertThat(runs)
                .extracting(Run::detail)
                .allMatch(detail -> detail.startsWith("2,100 items, check sum "))
                .containsOnly(runs.get(0).detail());
        // Of a run this short there may be no sample between two pages.
        assertThat(runs.get(0).peakHeld()).as("one page").isLessThanOrEqualTo(200);
        assertThat(runs.get(1).peakHeld()).as("one page and the next").isLessThanOrEqualTo(400);
        assertThat(Files.readString(page)).contains("All who ended processed the same");
        assertWholeInItself(page, 2, 6);
    }

    @Test
    void anEchoServerAnswersAllAndGivesItsMemoryBack() throws Exception {
        Path page = folder.resolve("echo.html");
        Options options = Options.parse(
                "--scene", "echo",
                "--contestants", "naive,heapwise",
                "--operations", "2000",
                "--seconds", "60",
                "--out", page.toString());

        List<Run> runs = Demo.runAll(options, progress);
        HtmlPage.write(options.out(), options, runs);

        assertThat(runs).extracting(Run::outcome).containsOnly(Outcome.FINISHED);
        assertThat(runs).allSatisfy(run -> {
            assertThat(run.last().operations()).isEqualTo(2_000);
            assertThat(run.last().misses()).isZero();
        });
        assertThat(Files.readString(page)).contains("Of direct memory Heapwise had at most");
        assertWholeInItself(page, 2, 6);
    }

    @Test
    void transfersThatGiveUpHalfWayLoseNoMoney() throws Exception {
        Path page = folder.resolve("connections.html");
        Options options = Options.parse(
                "--scene", "connections",
                "--contestants", "heapwise,hikari",
                "--operations", "500",
                "--seconds", "60",
                "--out", page.toString());

        List<Run> runs = Demo.runAll(options, progress);
        HtmlPage.write(options.out(), options, runs);

        assertThat(runs).allSatisfy(run -> {
            assertThat(run.outcome()).isEqualTo(Outcome.FINISHED);
            assertThat(run.last().operations()).isEqualTo(500);
            assertThat(run.last().misses()).isZero();
            assertThat(run.detail()).startsWith("no money was lost or made");
        });
        assertWholeInItself(page, 2, 6);
    }

    @Test
    void aLoopThatGoesOnWhileThereIsATokenIsStopped() throws Exception {
        Options options = Options.parse(
                "--scene", "pages", "--contestants", "naive", "--operations", "400", "--xmx", "32m", "--seconds", "2");

        assertThat(Demo.runAll(options, progress)).singleElement().satisfies(run -> {
            assertThat(run.outcome()).isEqualTo(Outcome.STOPPED);
            assertThat(run.last().operations()).isEqualTo(400);
            assertThat(options.scene().verdict(List.of(run)))
                    .singleElement()
                    .asString()
                    .contains("did not end");
        });
    }

    @Test
    void aMapThatOutgrowsItsHeapIsAnOutcome() throws Exception {
        Options options = Options.parse("--contestants", "map", "--xmx", "16m", "--seconds", "60");
        assertThat(Demo.runAll(options, progress)).singleElement().satisfies(run -> {
            assertThat(run.outcome()).isEqualTo(Outcome.OUT_OF_MEMORY);
            assertThat(run.share()).isBetween(0.0001, 0.9);
            assertThat(run.outcomeWords()).startsWith("out of memory after ");
        });
    }

    @Test
    void aChildThatCannotWorkIsReportedWithItsReason() throws Exception {
        Scene scene = Scenes.all().get(0);
        Run run = new ChildJvm(scene, scene.contestants().get(0), folder, 10).run(32L << 20, 20, sample -> {});
        assertThat(run.outcome()).isEqualTo(Outcome.DIED);
        assertThat(run.detail()).contains("NoSuchFileException");
    }

    private static void assertWholeInItself(Path page, int contestants, int charts) throws Exception {
        String text = Files.readString(page);
        assertThat(text).doesNotContain("<script", "http://", "https://", "src=", "href=", "NaN", "null");
        DocumentBuilderFactory factory = DocumentBuilderFactory.newInstance();
        Document document = factory.newDocumentBuilder().parse(page.toFile());
        assertThat(document.getElementsByTagName("svg").getLength()).isEqualTo(charts);
        assertThat(document.getElementsByTagName("tr").getLength()).isEqualTo(contestants + 1);
    }
}
