package io.heapwise.benchmarks.report;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.within;

import io.heapwise.benchmarks.Json;
import io.heapwise.benchmarks.MachineCard;
import io.heapwise.benchmarks.buffers.FragmentationRow;
import io.heapwise.benchmarks.cache.FootprintRow;
import io.heapwise.benchmarks.cache.HitRateRow;
import io.heapwise.benchmarks.cache.PressureRow;
import io.heapwise.benchmarks.streams.PageWalkRow;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ReportTest {
    private static final MachineCard MACHINE =
            new MachineCard("Some Processor", 2, "8 GiB", "Linux amd64", true, "a JVM", "0123456789ab");

    @TempDir
    Path folder;

    private Path results;

    @BeforeEach
    void writeResults() throws IOException {
        results = Files.createDirectory(folder.resolve("2026-01-02"));
        Files.writeString(
                results.resolve("jmh-17.json"),
                "["
                        + String.join(
                                ",",
                                run("GetPutRead.heapwise", "", "[[20,20],[21,21],[19,19]]"),
                                run("GetPutRead.caffeine", "", "[[10,10],[11,11],[10,10]]"),
                                run("Zipf.heapwise", "10", "[[4,4],[4.1,4.1],[4.05,4.05]]"),
                                run("Zipf.caffeine", "10", "[[8,8],[8.1,8.1],[8.05,8.05]]"),
                                run("Zipf.guava", "10", "[[4,4],[4.2,4.2],[3.9,3.9]]"))
                        + "]");
        Json.write(
                results.resolve("footprint-jdk17.json"),
                List.of(
                        new FootprintRow("compressed references", "heapwise", FootprintRow.FULL, 1_000, 24_000, 0, 24),
                        new FootprintRow("compressed references", "caffeine", FootprintRow.FULL, 1_000, 83_000, 0, 83),
                        new FootprintRow("compressed references", "jdk", FootprintRow.FULL, 1_000, 20_000, 0, 20)));
        Json.write(
                results.resolve("hitrate.json"),
                List.of(
                        new HitRateRow("loop", 100, 10, 5, "heapwise", 12.5),
                        new HitRateRow("loop", 100, 10, 5, "exactLru", 12.7),
                        new HitRateRow("loop", 100, 10, 5, "optimal", 40)));
        MACHINE.writeBeside(results.resolve("hitrate.json"));
    }

    @Test
    void lossesComeBeforeAnythingElse() throws IOException {
        String summary = report().markdown();

        assertThat(summary.indexOf("## Where Heapwise loses")).isPositive().isLessThan(summary.indexOf("## Speed"));
        assertThat(Losses.in(Results.of(results)))
                .satisfiesExactly(
                        zipf -> assertThat(zipf)
                                .startsWith("cache.Zipf: 0.50 (")
                                .contains("caffeine's"),
                        bytes -> assertThat(bytes).contains("24.0 bytes an entry, jdk 20.0"),
                        hits -> assertThat(hits).contains("12.50 %, exactLru 12.70 %"));
    }

    @Test
    void anIntervalThatHoldsOneIsNoDifference() throws IOException {
        assertThat(report().markdown())
                .contains("| guava | ")
                .containsPattern("cache\\.Zipf .*guava .*no difference seen")
                .containsPattern("cache\\.GetPutRead .*caffeine .*better");
    }

    @Test
    void aWalkThroughPagesIsTheMedianOfItsRoundsBesideItsIdeal() throws IOException {
        Json.write(
                results.resolve("pagewalk-jdk17.json"),
                List.of(
                        new PageWalkRow("heapwise", 0.5, 50, 1, 300, 700, 1_030, 1_000, 1),
                        new PageWalkRow("heapwise", 0.5, 50, 2, 300, 700, 1_010, 1_000, 2),
                        new PageWalkRow("heapwise", 0.5, 50, 3, 300, 700, 1_020, 1_000, 1),
                        new PageWalkRow("naive", 0.5, 50, 1, 300, 700, 1_001, 1_000, 1)));

        assertThat(report().markdown())
                .contains("## Walks through pages, JDK 17")
                .contains("| 0.5 | 50 | heapwise | 1020 | 1000 | 1.020 (1.010-1.030) | 2 |")
                .contains("| 0.5 | 50 | naive | 1001 | 1000 | 1.001 (1.001-1.001) | 1 |");
        assertThat(report().html()).contains("<h2>Walks through pages, JDK 17</h2>", "1.020 (1.010-1.030)");
    }

    @Test
    void residentMemoryIsSetAgainstWhatIsLiveAndAgainstThePeak() throws IOException {
        Json.write(
                results.resolve("fragmentation-jdk17.json"),
                List.of(
                        fragmentation("heapwise", true, 1, 300, 30, 20),
                        fragmentation("heapwise", true, 2, 320, 50, 25),
                        fragmentation("heapwise", true, 3, 310, 40, 30),
                        fragmentation("nettyPooled", true, 1, 290, 200, 200),
                        fragmentation("nettyAdaptive", true, 1, 307, 300, 300),
                        fragmentation("heapwise", false, 1, 300, 10, 10),
                        fragmentation("naive", false, 1, 400, 400, 400)));

        assertThat(report().markdown())
                .contains("## Resident memory of buffers, JDK 17")
                .contains("| 3 % | 60 | heapwise | 200 | 1.55 (1.50-1.60) | 1.55 | 20 | 400 | 40 | 2.00 | 0.200"
                        + " | 25 | 1.25 | 0.125 | 5 |")
                .contains("| none | 60 | naive | 200 | 2.00 (2.00-2.00) | 2.00 | 0 | 400 | 400 |  | 2.000"
                        + " | 400 |  | 2.000 | 5 |");
        assertThat(report().html()).contains("<h2>Resident memory of buffers, JDK 17</h2>", "1.55 (1.50-1.60)");
        assertThat(Losses.in(Results.of(results)))
                .filteredOn(loss -> loss.startsWith("Fragmentation"))
                .containsExactly(
                        "Fragmentation: 310 MiB resident at the peak, nettyPooled 290 (3 % survivors, JDK 17)");
    }

    @Test
    void pressureIsSetAgainstTheCacheSizedByHandOfTheSameCell() throws IOException {
        Json.write(
                results.resolve("pressure-jdk17.json"),
                List.of(
                        pressure("G1", "heapwise", PressureRow.SURVIVED, 85, 230),
                        pressure("G1", "caffeineByHand", PressureRow.SURVIVED, 87.5, 200),
                        pressure("G1", "guavaSoft", PressureRow.OUT_OF_TIME, 99, 1),
                        pressure("SERIAL", "heapwise", PressureRow.OUT_OF_MEMORY, 85, 230),
                        pressure("SERIAL", "caffeineByHand", PressureRow.SURVIVED, 87.5, 200)));

        assertThat(report().markdown())
                .contains("## A heap of 128 MiB under pressure, JDK 17")
                .contains(
                        "| BALLAST | G1 | heapwise | survived | 1000 | 85.00 | -2.50 | 85.00 | -2.50 | 230 | 1.15 | 0.23"
                                + " | 1000 | 1.00 | 30.0 | 7 |")
                .contains("| BALLAST | SERIAL | heapwise | OutOfMemoryError | 1000 | 85.00 |  |");
        assertThat(report().html()).contains("<h2>A heap of 128 MiB under pressure, JDK 17</h2>", "OutOfMemoryError");
        assertThat(Losses.in(Results.of(results)))
                .filteredOn(loss -> loss.startsWith("Pressure"))
                .containsExactly(
                        "Pressure: 85.00 % hits of heapwise, caffeineByHand 87.50 % (BALLAST, G1, JDK 17)",
                        "Pressure: 230 ms of collections with heapwise, caffeineByHand 200 ms (BALLAST, G1, JDK 17)",
                        "Pressure: heapwise OutOfMemoryError after 1000 requests (BALLAST, SERIAL, JDK 17)");
    }

    private static PressureRow pressure(
            String collector, String contestant, String outcome, double hitPercent, long stoppedMillis) {
        return new PressureRow(
                "BALLAST",
                collector,
                contestant,
                24 << 20,
                outcome,
                1_000,
                hitPercent,
                hitPercent,
                1_000,
                1_500,
                stoppedMillis,
                0,
                9,
                30 << 20,
                7);
    }

    private static FragmentationRow fragmentation(
            String contestant, boolean hasSurvivors, int round, long peak, long soon, long idle) {
        long mebi = 1 << 20;
        return new FragmentationRow(
                contestant,
                hasSurvivors,
                round,
                200 * mebi,
                peak * mebi,
                250 * mebi,
                100 * mebi,
                peak * mebi / 2,
                hasSurvivors ? 20 * mebi : 0,
                400 * mebi,
                10 * mebi,
                soon * mebi,
                10 * mebi,
                60,
                idle * mebi,
                5 * mebi);
    }

    @Test
    void equalResultsGiveEqualPages() throws IOException {
        assertThat(report().html()).isEqualTo(report().html());
        assertThat(report().markdown()).isEqualTo(report().markdown());
    }

    @Test
    void thePageStandsAloneAndNamesNoMachine() throws IOException {
        assertThat(report().html())
                .contains("<svg", "Some Processor", "0123456789ab", "capacityPercent=10", "-Xmx1g")
                .doesNotContain("<script", "http", "/opt/", "/usr/", "src=");
    }

    @Test
    void bothFilesAreWritten() throws IOException {
        Path documents = folder.resolve("docs");

        Report.main(new String[] {results.toString(), documents.toString()});

        assertThat(documents.resolve("index.html")).isNotEmptyFile();
        assertThat(documents.resolve("summary.md")).isNotEmptyFile();
        try (Stream<Path> written = Files.list(documents)) {
            assertThat(written).hasSize(2);
        }
    }

    @Test
    void aBenchmarkThatWasRunTwiceIsRefused() throws IOException {
        Files.copy(results.resolve("jmh-17.json"), results.resolve("jmh-again.json"));

        assertThatIllegalArgumentException()
                .isThrownBy(() -> Results.of(results))
                .withMessageContaining("expected once");
    }

    @Test
    void aRatioHasWelchsInterval() {
        List<Double> ours = Stream.of(1.0, 2.0, 3.0).map(Math::exp).toList();
        List<Double> theirs = Stream.of(1.0, 1.0, 1.0).map(Math::exp).toList();

        Ratio ratio = Ratio.of(ours, theirs, true);

        // Mean difference 1, standard error sqrt(1/3), two degrees of freedom: Student's factor is 4.3027.
        assertThat(Math.log(ratio.value())).isCloseTo(1, within(1e-9));
        assertThat(Math.log(ratio.high())).isCloseTo(1 + 4.3027 * Math.sqrt(1 / 3.0), within(1e-3));
        assertThat(ratio.verdict()).isEqualTo(Ratio.Verdict.NO_DIFFERENCE_SEEN);
    }

    @Test
    void aRatioOfTimesIsTurnedRound() {
        Ratio ratio = Ratio.of(List.of(10.0, 10.1), List.of(20.0, 20.1), false);

        assertThat(ratio.value()).isCloseTo(2, within(0.01));
        assertThat(ratio.verdict()).isEqualTo(Ratio.Verdict.BETTER);
    }

    @Test
    void oneSampleDecidesNothing() {
        Ratio ratio = Ratio.of(List.of(10.0), List.of(1.0), true);

        assertThat(ratio.verdict()).isEqualTo(Ratio.Verdict.NO_DIFFERENCE_SEEN);
        assertThat(ratio).hasToString("10.00 (no interval: one sample)");
    }

    @Test
    void largerSizesComeLater() {
        JmhRun.Question small = new JmhRun.Question("cache.Evict", "size=10000", 2, "JDK 17", "");
        JmhRun.Question large = new JmhRun.Question("cache.Evict", "size=100000", 2, "JDK 17", "");

        assertThat(small).isLessThan(large);
    }

    private Report report() throws IOException {
        return new Report(Results.of(results));
    }

    private static String run(String name, String capacityPercent, String rawData) {
        String params =
                capacityPercent.isEmpty() ? "" : "\"params\":{\"capacityPercent\":\"" + capacityPercent + "\"},";
        return "{\"benchmark\":\"io.heapwise.benchmarks.cache." + name + "\",\"mode\":\"thrpt\",\"threads\":2,"
                + "\"forks\":3,\"jvm\":\"/opt/jdk/bin/java\",\"jvmArgs\":[\"-Xmx1g\",\"-Djava.io.tmpdir=/opt/tmp\"],"
                + "\"jdkVersion\":\"17.0.1\"," + params
                + "\"primaryMetric\":{\"score\":8.0,\"scoreUnit\":\"ops/us\",\"rawData\":" + rawData + "},"
                + "\"secondaryMetrics\":{\"gc.alloc.rate.norm\":{\"score\":0.0001},\"loads\":{\"score\":2.0}}}";
    }
}
