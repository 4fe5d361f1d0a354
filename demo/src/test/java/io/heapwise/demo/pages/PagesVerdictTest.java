package io.heapwise.demo.pages;

import static org.assertj.core.api.Assertions.assertThat;

import io.heapwise.demo.Outcome;
import io.heapwise.demo.Run;
import io.heapwise.demo.Sample;
import java.util.List;
import org.junit.jupiter.api.Test;

class PagesVerdictTest {

    private static Run run(ReadPages contestant, Outcome outcome, String detail, Sample... samples) {
        return new Run(contestant, outcome, detail, 100, List.of(samples));
    }

    private static Sample at(long millis, long items, long held) {
        return new Sample(millis, 0, 0, items, 0, held, 0);
    }

    private static String verdict(Run... runs) {
        return String.join("\n", new PagesVerdict(List.of(runs)).paragraphs());
    }

    @Test
    void whoHasAllAndDoesNotEndIsToldFromWhoIsSlow() {
        assertThat(verdict(
                        run(new Naive(), Outcome.STOPPED, "", at(1_000, 50, 5), at(2_500, 100, 0), at(9_000, 100, 0))))
                .isEqualTo(
                        "The article's loop had processed all items after 2.5 s, and did not end: it went on asking for the"
                                + " page behind the last one until it was stopped after 9 s.");
        assertThat(verdict(run(new Naive(), Outcome.STOPPED, "", at(9_000, 99, 5))))
                .isEqualTo("The article's loop was stopped after 9 s, with 1 % of the items not processed.");
    }

    @Test
    void whoRanOutOfMemoryIsSaidToHaveHeldWhatItHeld() {
        assertThat(verdict(run(new Collect(), Outcome.OUT_OF_MEMORY, "", at(1_000, 0, 4_000))))
                .isEqualTo(
                        "All items in a list ran out of memory after 1.0 s. It held 4,000 items then, and had processed none.");
    }

    @Test
    void whatOnePageAheadGainsIsSaidOfThoseWhoEnded() {
        Run ours = run(new Heapwise(), Outcome.FINISHED, "all", at(3_000, 100, 20));
        assertThat(verdict(ours, run(new Prefetch(), Outcome.FINISHED, "all", at(1_500, 100, 40))))
                .contains("2.0 times as fast", "All who ended processed the same: all.");
        assertThat(verdict(ours, run(new Prefetch(), Outcome.FINISHED, "some", at(6_000, 90, 40))))
                .contains("slower, by 2.0 times", "do not agree", "one page ahead: some.");
        assertThat(verdict(ours, run(new Prefetch(), Outcome.STOPPED, "", at(1_500, 50, 40))))
                .doesNotContain("as fast", "the same");
    }
}
