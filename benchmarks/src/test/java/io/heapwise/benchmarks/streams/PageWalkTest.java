package io.heapwise.benchmarks.streams;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;
import static org.assertj.core.api.Assertions.offset;

import io.heapwise.benchmarks.Json;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class PageWalkTest {
    @TempDir
    Path folder;

    @Test
    void allButTheFirstFetchAndTheLastPageHideBehindEachOther() {
        long[] fetched = {10, 20, 5};
        long[] processed = {7, 8, 9};

        // The first fetch; 7 behind 20; 5 behind 8; the last page.
        assertThat(PageWalkProbe.idealAheadNanos(fetched, processed)).isEqualTo(10 + 20 + 8 + 9);
        assertThat(PageWalkProbe.idealAheadNanos(new long[] {3}, new long[] {4}))
                .isEqualTo(3 + 4);
    }

    /** Not a claim about speed: the ideal is made of what was measured within the walk, so nobody can be below it. */
    @ParameterizedTest
    @CsvSource({"heapwise, 1", "heapwisePrefetch, 2", "naive, 1"})
    void nobodyIsFasterThanTheIdealOrHoldsMorePagesThanItSays(String contestant, int mostPages) {
        PageWalkRow row = PageWalkProbe.measured(contestant, 2, 5, 3_000_000, 1);

        assertThat(row.overIdeal()).isGreaterThanOrEqualTo(1);
        assertThat(row.fetchMillis()).isGreaterThanOrEqualTo(10 - 1e-6);
        assertThat(row.processMillis()).isGreaterThanOrEqualTo(5 - 1e-6);
        assertThat(row.mostPagesAlive()).isBetween(1, mostPages);
        if (!contestant.equals("heapwisePrefetch")) {
            assertThat(row.idealMillis()).isCloseTo(row.fetchMillis() + row.processMillis(), offset(1e-6));
        }
    }

    @Test
    void aPageThatIsNotTakenIsNoticed() {
        SlowService service = new SlowService(2, 0, 0, false);
        service.fetch(null).items().forEach(service::take);

        assertThatIllegalStateException()
                .isThrownBy(service::checkAllTaken)
                .withMessage("itemsTaken=100 (expected 200): a contestant lost some or gave some twice");
    }

    @Test
    void aStrangerIsToldWhoMayWalk() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> PageWalkProbe.measured("nobody", 1, 1, 0, 1))
                .withMessageContaining("contestant=nobody (expected one of [heapwise, heapwisePrefetch, naive])");
    }

    @Test
    void eachContestantWalksInEachCaseAndTheMachineIsWrittenDown() throws Exception {
        PageWalk.main(new String[] {folder.toString(), "1", "2"});

        Path file = folder.resolve("pagewalk-jdk" + Runtime.version().feature() + ".json");
        List<PageWalkRow> rows = Json.readList(Files.readString(file), PageWalkRow.class);
        assertThat(rows).hasSize(5 * PageWalkProbe.CONTESTANTS.size());
        assertThat(rows)
                .extracting(row -> row.contestant() + " " + row.fetchOverProcess())
                .doesNotHaveDuplicates();
        assertThat(folder.resolve("machine.json")).isNotEmptyFile();
    }

    @Test
    void theFolderIsAskedFor() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> PageWalk.main(new String[0]))
                .withMessageContaining("pagewalk <results folder>");
    }
}
