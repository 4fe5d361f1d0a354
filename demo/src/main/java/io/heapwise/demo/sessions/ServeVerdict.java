package io.heapwise.demo.sessions;

import io.heapwise.demo.Outcome;
import io.heapwise.demo.Run;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/** Says what the runs of the scene show. Every sentence is chosen by their numbers. */
final class ServeVerdict {

    /** Over this long at the end without one more request, a contestant is said to hang. */
    private static final long HANGING_MILLIS = 2_000;

    /** Speeds that are closer than this are called equal. */
    private static final double NOTICEABLE = 0.1;

    private final List<Run> runs;

    ServeVerdict(List<Run> runs) {
        this.runs = runs;
    }

    List<String> paragraphs() {
        List<String> paragraphs = new ArrayList<>();
        runs.forEach(run -> paragraphs.add(outcome(run)));
        Optional<Run> ours = Run.of("heapwise", runs);
        Optional<Run> other = Run.of("commons", runs);
        if (ours.isPresent() && other.isPresent()) {
            paragraphs.add(comparison(ours.get(), other.get()));
        }
        return paragraphs;
    }

    private static String outcome(Run run) {
        String failed = run.last().misses() == 0
                ? "none failed"
                : format("%,d failed", run.last().misses());
        return run.subject()
                + switch (run.outcome()) {
                    case FINISHED ->
                        format(
                                " saw %,d requests through in %.1f s; %s. At the end %,d sessions were open.",
                                run.last().operations(),
                                run.last().millis() / 1000.0,
                                failed,
                                run.last().held());
                    case STOPPED ->
                        format(
                                        " was stopped after %.0f s with %.0f %% of the requests not begun or not over; of the others %s.",
                                        run.last().millis() / 1000.0, (1 - run.share()) * 100, failed)
                                + hanging(run);
                    case OUT_OF_MEMORY ->
                        format(" ran out of memory after %.1f s.", run.last().millis() / 1000.0);
                    case DIED -> " died: " + run.detail() + ".";
                };
    }

    private static String hanging(Run run) {
        long last = run.last().operations();
        long since = run.samples().stream()
                .filter(sample -> sample.operations() == last)
                .mapToLong(sample -> sample.millis())
                .min()
                .orElse(0);
        return run.last().millis() - since < HANGING_MILLIS
                ? ""
                : format(
                        " After %.1f s it served nobody any more: its sessions were all out, with requests that had forgotten"
                                + " them, and those who waited would wait for ever.",
                        since / 1000.0);
    }

    private static String comparison(Run ours, Run other) {
        if (ours.outcome() != Outcome.FINISHED || other.outcome() != Outcome.FINISHED) {
            return "Heapwise and commons-pool2 did not both see all requests through, so they are not compared.";
        }
        double ratio = (double) ours.operationsPerSecond() / Math.max(1, other.operationsPerSecond());
        String speed = Math.abs(ratio - 1) < NOTICEABLE
                ? "were equally fast in this run"
                : format("differ in speed: Heapwise did %.1f times the requests a second in this run", ratio);
        String failures = ours.last().misses() == other.last().misses()
                ? "as many requests failed with the one as with the other"
                : format(
                        "%,d requests failed with Heapwise and %,d with commons-pool2",
                        ours.last().misses(), other.last().misses());
        return "Heapwise and commons-pool2 " + speed + "; " + failures
                + ". commons-pool2 takes sessions back by a time that"
                + " somebody has to know, from slow holders as from forgetful ones, and hands what the peer refuses to whoever"
                + " happened to ask.";
    }

    @SuppressWarnings("AnnotateFormatMethod")
    private static String format(String format, Object... values) {
        return String.format(Locale.ROOT, format, values);
    }
}
