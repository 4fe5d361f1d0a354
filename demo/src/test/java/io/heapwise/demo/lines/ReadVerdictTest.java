package io.heapwise.demo.lines;

import static org.assertj.core.api.Assertions.assertThat;

import io.heapwise.demo.Outcome;
import io.heapwise.demo.Run;
import io.heapwise.demo.Sample;
import java.util.List;
import org.junit.jupiter.api.Test;

class ReadVerdictTest {

    private static Run run(ReadFile contestant, Outcome outcome, String detail, long millis, long megabytes) {
        return new Run(contestant, outcome, detail, 100, List.of(new Sample(millis, 0, 0, megabytes, 0, 0, 0)));
    }

    private static String verdict(Run... runs) {
        return String.join("\n", new ReadVerdict(List.of(runs)).paragraphs());
    }

    @Test
    void aLossIsSaidAsPlainlyAsAWin() {
        assertThat(verdict(
                        run(new JdkLines(), Outcome.FINISHED, "same", 1_000, 100),
                        run(new Heapwise(), Outcome.FINISHED, "same", 2_000, 100)))
                .contains("Files.lines read 2.0 times as fast as Heapwise in this run.", "counted the same: same.");
        assertThat(verdict(
                        run(new JdkLines(), Outcome.FINISHED, "same", 3_000, 100),
                        run(new Heapwise(), Outcome.FINISHED, "same", 2_000, 100)))
                .contains("Heapwise read 1.5 times as fast as Files.lines in this run.");
        assertThat(verdict(
                        run(new JdkLines(), Outcome.FINISHED, "same", 2_100, 100),
                        run(new Heapwise(), Outcome.FINISHED, "same", 2_000, 100)))
                .contains("Heapwise and Files.lines were equally fast in this run.");
    }

    @Test
    void thatTwoCountDifferentlyIsSaid() {
        assertThat(verdict(
                        run(new JdkLines(), Outcome.FINISHED, "five", 1_000, 100),
                        run(new Heapwise(), Outcome.FINISHED, "six", 1_000, 100)))
                .contains("do not agree", "Files.lines: five.", "Heapwise: six.");
    }

    @Test
    void whoDidNotEndIsNotCompared() {
        assertThat(verdict(
                        run(new ReadAll(), Outcome.OUT_OF_MEMORY, "", 1_000, 0),
                        run(new JdkLines(), Outcome.OUT_OF_MEMORY, "", 1_000, 44),
                        run(new Heapwise(), Outcome.FINISHED, "", 1_000, 100)))
                .contains("before it had looked at one MB", "having read 44 of 100 MB")
                .doesNotContain("times as fast", "agree", "the same");
    }
}
