package io.heapwise.demo.connections;

import io.heapwise.demo.Outcome;
import io.heapwise.demo.Run;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/** Says what the runs of the scene show. Every sentence is chosen by their numbers. */
final class TransferVerdict {

    /** Speeds that are closer than this are called equal. */
    private static final double NOTICEABLE = 0.1;

    private final List<Run> runs;

    TransferVerdict(List<Run> runs) {
        this.runs = runs;
    }

    List<String> paragraphs() {
        List<String> paragraphs = new ArrayList<>();
        runs.forEach(run -> paragraphs.add(outcome(run)));
        Optional<Run> ours = finished("heapwise");
        finished("anew").ifPresent(other -> ours.ifPresent(own -> paragraphs.add(comparison(own, other))));
        finished("hikari").ifPresent(other -> ours.ifPresent(own -> paragraphs.add(comparison(own, other))));
        return paragraphs;
    }

    private static String outcome(Run run) {
        double seconds = run.last().millis() / 1000.0;
        return run.subject()
                + switch (run.outcome()) {
                    case FINISHED ->
                        format(
                                " served %,d requests in %.1f s, with %s; afterwards %s.",
                                run.last().operations(),
                                seconds,
                                run.last().misses() == 0
                                        ? "none that failed"
                                        : format("%,d that failed", run.last().misses()),
                                run.detail());
                    case STOPPED ->
                        format(
                                " was stopped after %.0f s, with %d %% of the requests not served.",
                                seconds, 100 - run.wholePercent());
                    case OUT_OF_MEMORY -> format(" ran out of memory after %.1f s.", seconds);
                    case DIED -> " died: " + run.detail() + ".";
                };
    }

    private Optional<Run> finished(String contestant) {
        return Run.of(contestant, runs).filter(run -> run.outcome() == Outcome.FINISHED);
    }

    private static String comparison(Run ours, Run other) {
        double ratio = (double) ours.operationsPerSecond() / Math.max(1, other.operationsPerSecond());
        if (Math.abs(ratio - 1) < NOTICEABLE) {
            return format(
                    "%s and %s were equally fast in this run: the database sets the pace.",
                    ours.subject(), other.subject());
        }
        return format(
                "%s served %.1f times the requests a second that %s did in this run.",
                ratio > 1 ? ours.subject() : other.subject(),
                ratio > 1 ? ratio : 1 / ratio,
                ratio > 1 ? other.contestant().title() : ours.contestant().title());
    }

    @SuppressWarnings("AnnotateFormatMethod")
    private static String format(String format, Object... values) {
        return String.format(Locale.ROOT, format, values);
    }
}
