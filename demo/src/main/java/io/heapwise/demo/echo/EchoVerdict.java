package io.heapwise.demo.echo;

import io.heapwise.demo.Outcome;
import io.heapwise.demo.Run;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/** Says what the runs of the scene show. Every sentence is chosen by their numbers. */
final class EchoVerdict {
    private final List<Run> runs;

    EchoVerdict(List<Run> runs) {
        this.runs = runs;
    }

    List<String> paragraphs() {
        List<String> paragraphs = new ArrayList<>();
        runs.forEach(run -> paragraphs.add(outcome(run)));
        Optional<Run> ours = Run.of("heapwise", runs);
        Optional<Run> other = Run.of("naive", runs);
        if (ours.isPresent() && other.isPresent()) {
            paragraphs.add(comparison(ours.get(), other.get()));
        }
        return paragraphs;
    }

    private static String outcome(Run run) {
        String wrong = run.last().misses() == 0
                ? "all answers were right"
                : format("%,d answers were wrong", run.last().misses());
        return run.subject()
                + switch (run.outcome()) {
                    case FINISHED ->
                        format(
                                " echoed %,d requests in %.1f s, the last %.1f s of which nobody asked; %s. Collections took %,d ms. It had up to %,d KB of direct"
                                        + " memory, and %,d KB in the end.",
                                run.last().operations(),
                                run.last().millis() / 1000.0,
                                EchoRequests.REST_MILLIS / 1000.0,
                                wrong,
                                run.last().gcMillis(),
                                run.peakHeld(),
                                run.last().held());
                    case STOPPED ->
                        format(
                                " was stopped after %.0f s with %.0f %% of the requests open; of the others %s.",
                                run.last().millis() / 1000.0, (1 - run.share()) * 100, wrong);
                    case OUT_OF_MEMORY ->
                        format(" ran out of memory after %.1f s.", run.last().millis() / 1000.0);
                    case DIED -> " died: " + run.detail() + ".";
                };
    }

    private static String comparison(Run ours, Run other) {
        if (ours.outcome() != Outcome.FINISHED || other.outcome() != Outcome.FINISHED) {
            return "Not all requests were seen through by both, so Heapwise and the buffer a request are not compared.";
        }
        return format(
                "Of direct memory Heapwise had at most %,d KB where a buffer a request had %,d, and %,d ms of collections where that had %,d: what is given"
                        + " back need not be found by a collector, and what is used again need not be cleared.",
                ours.peakHeld(),
                other.peakHeld(),
                ours.last().gcMillis(),
                other.last().gcMillis());
    }

    @SuppressWarnings("AnnotateFormatMethod")
    private static String format(String format, Object... values) {
        return String.format(Locale.ROOT, format, values);
    }
}
