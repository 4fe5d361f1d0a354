package io.heapwise.demo.wordnet;

import io.heapwise.demo.Outcome;
import io.heapwise.demo.Run;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/** Says what the runs of the look-up scene show. Every sentence is chosen by their numbers. */
final class LookupVerdict {

    /** Below this, two hit rates or speeds of one run each are not told apart. */
    private static final double NOTICEABLE = 0.05;

    private final List<Run> runs;

    LookupVerdict(List<Run> runs) {
        this.runs = runs;
    }

    List<String> paragraphs() {
        List<String> paragraphs = new ArrayList<>();
        runs.forEach(run -> paragraphs.add(outcome(run)));
        Optional<Run> ours = run("heapwise");
        Optional<Run> byHand = run("caffeine");
        if (ours.isPresent() && byHand.isPresent()) {
            paragraphs.add(comparison(ours.get(), byHand.get()));
        }
        return paragraphs;
    }

    private Optional<Run> run(String contestant) {
        return runs.stream()
                .filter(run -> run.contestant().name().equals(contestant))
                .findFirst();
    }

    private static String outcome(Run run) {
        String who = run.contestant().title();
        String begin = who.substring(0, 1).toUpperCase(Locale.ROOT) + who.substring(1);
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
        return begin + end + emptiness(run);
    }

    private static String emptiness(Run run) {
        if (run.emptyShare() < NOTICEABLE) {
            return "";
        }
        return format(
                " It held %,d pages at its peak, yet for %.0f %% of the time less than a hundredth of that: it takes garbage"
                        + " for pages, and since evicting frees nothing until the collector runs, it evicts them all.",
                run.peakHeld(), run.emptyShare() * 100);
    }

    private static String comparison(Run ours, Run byHand) {
        if (ours.outcome() != Outcome.FINISHED || byHand.outcome() != Outcome.FINISHED) {
            return "Heapwise and Caffeine did not both read to the end, so their speeds are not compared.";
        }
        double speed = (double) byHand.operationsPerSecond() / Math.max(1, ours.operationsPerSecond());
        String numbers = format(
                "%.2f times our look-ups a second, at a hit rate of %.1f %% to our %.1f %%, with at most %d MB live to our"
                        + " %d MB",
                speed,
                byHand.hitRate() * 100,
                ours.hitRate() * 100,
                byHand.peakLiveBytes() >> 20,
                ours.peakLiveBytes() >> 20);
        String claim = speed < 1 - NOTICEABLE
                ? "Caffeine with a size set by hand is slower here"
                : speed > 1 + NOTICEABLE
                        ? "Caffeine with a size set by hand does better here"
                        : "Caffeine with a size set by hand does as well";
        return claim + ": " + numbers
                + ". Its number of pages was found by trying, for this text in this heap, and nothing"
                + " tells Caffeine when the pages grow or the heap shrinks. Who has such a number, and input that does not"
                + " change, needs no other cache. Heapwise was given no number of pages.";
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
