package io.heapwise.demo.connections;

import static org.assertj.core.api.Assertions.assertThat;

import io.heapwise.demo.Outcome;
import io.heapwise.demo.Run;
import io.heapwise.demo.Sample;
import java.util.List;
import org.junit.jupiter.api.Test;

class TransferVerdictTest {

    private static Run run(
            Transfers contestant, Outcome outcome, String detail, long millis, long requests, long failed) {
        return new Run(contestant, outcome, detail, 100, List.of(new Sample(millis, 0, 0, requests, failed, 0, 0)));
    }

    private static String verdict(Run... runs) {
        return String.join("\n", new TransferVerdict(List.of(runs)).paragraphs());
    }

    @Test
    void whoLosesMoneyIsSaidTo() {
        assertThat(verdict(run(new Heapwise(), Outcome.FINISHED, "the accounts are off by 3", 2_000, 100, 1)))
                .isEqualTo(
                        "Heapwise served 100 requests in 2.0 s, with 1 that failed; afterwards the accounts are off by 3.");
    }

    @Test
    void whoIsFasterIsSaidToBe() {
        Run ours = run(new Heapwise(), Outcome.FINISHED, "", 1_000, 100, 0);
        assertThat(verdict(ours, run(new Anew(), Outcome.FINISHED, "", 3_000, 100, 0)))
                .contains("Heapwise served 3.0 times the requests a second that a new connection each time did");
        assertThat(verdict(ours, run(new Hikari(), Outcome.FINISHED, "", 500, 100, 0)))
                .contains("HikariCP served 2.0 times the requests a second that Heapwise did");
        assertThat(verdict(ours, run(new Hikari(), Outcome.FINISHED, "", 1_050, 100, 0)))
                .contains("Heapwise and HikariCP were equally fast");
        assertThat(verdict(ours, run(new Hikari(), Outcome.STOPPED, "", 1_000, 40, 0)))
                .contains("HikariCP was stopped after 1 s, with 60 % of the requests not served.")
                .doesNotContain("times");
    }
}
