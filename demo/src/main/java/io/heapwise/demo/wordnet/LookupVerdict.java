package io.heapwise.demo.wordnet;

import io.heapwise.demo.Outcome;
import io.heapwise.demo.Run;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/** Says what the runs of the look-up scene show. Every sentence is chosen by their numbers. */
final class LookupVerdict {

    /** A cache that is collapsed for less of the time than this is not said to collapse. */
    private static final double NOTICEABLE = 0.05;

    /** Hit rates that are closer than this are called equal. */
    private static final double POINT = 0.01;

    private final List<Run> runs;

    LookupVerdict(List<Run> runs) {
        this.runs = runs;
    }

    List<String> paragraphs() {
        List<String> paragraphs = new ArrayList<>();
        runs.forEach(run -> paragraphs.add(outcome(run)));
        Optional<Run> ours = Run.of("heapwise", runs);
        Optional<Run> byHand = Run.of("caffeine", runs);
        if (ours.isPresent() && byHand.isPresent()) {
            paragraphs.add(comparison(ours.get(), byHand.get()));
        }
        return paragraphs;
    }

    private static String outcome(Run run) {
        String end = switch (run.outcome()) {
            case FINISHED ->
                format(
                        " read to the end in %.1f s. %.1f %% of the look-ups were answered without a trip to the store;"
                                + " collections took %.0f %% of the time.",
                        seconds(run), run.hitRate() * 100, gcShare(run) * 100);
            case OUT_OF_MEMORY ->
                format(
                        " ran out of memory after %.1f s. It held %,d pages then, and %.0f %% of the text was still"
                                + " unread.",
                        seconds(run), run.peakHeld(), (1 - run.share()) * 100);
            case STOPPED ->
                format(
                        " was stopped after %.0f s, with %.0f %% of the text unread. It answered %.1f %% of the"
                                + " look-ups without a trip to the store.",
                        seconds(run), (1 - run.share()) * 100, run.hitRate() * 100);
            case DIED -> " died: " + run.detail() + ".";
        };
        return run.subject() + end + collapse(run);
    }

    private static String collapse(Run run) {
        if (run.collapsedShare() < NOTICEABLE) {
            return "";
        }
        String what = format(
                " It once held %,d pages; from then on, for %.0f %% of the time, it held less than a tenth of them.",
                run.peakHeld(), run.collapsedShare() * 100);
        return run.contestant() instanceof Naive
                ? what
                        + " It takes garbage for pages, and since evicting frees nothing until the collector runs, it goes on"
                        + " evicting; and each eviction looks at every entry."
                : what;
    }

    private static String comparison(Run ours, Run byHand) {
        if (ours.outcome() != Outcome.FINISHED || byHand.outcome() != Outcome.FINISHED) {
            return "Heapwise and Caffeine did not both read to the end, so their speeds are not compared.";
        }
        double lead = byHand.hitRate() - ours.hitRate();
        String claim = Math.abs(lead) < POINT
                ? "Caffeine with a size set by hand does as well as Heapwise"
                : lead > 0
                        ? "Caffeine with a size set by hand does better than Heapwise"
                        : "Caffeine with a size set by hand misses more than Heapwise";
        String numbers = format(
                ". Its hit rate is %.1f %% to our %.1f %%, its live heap at most %d MB to our %d MB, and in this run it did %.2f"
                        + " times our look-ups a second.",
                byHand.hitRate() * 100,
                ours.hitRate() * 100,
                byHand.peakLiveBytes() >> 20,
                ours.peakLiveBytes() >> 20,
                (double) byHand.operationsPerSecond() / Math.max(1, ours.operationsPerSecond()));
        return claim + numbers
                + " But its number of pages had to be found by trying, for this text in this heap, and nothing"
                + " tells it when the pages grow or the heap shrinks. Who has such a number, and input that stays as it is,"
                + " needs no other cache.";
    }

    private static double seconds(Run run) {
        return run.last().millis() / 1000.0;
    }

    private static double gcShare(Run run) {
        return (double) run.last().gcMillis() / Math.max(1, run.last().millis());
    }

    @SuppressWarnings("AnnotateFormatMethod")
    private static String format(String format, Object... values) {
        return String.format(Locale.ROOT, format, values);
    }
}
