package io.heapwise.demo.pages;

import io.heapwise.demo.Outcome;
import io.heapwise.demo.Run;
import io.heapwise.demo.Sample;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/** Says what the runs of the scene of pages show. Every sentence is chosen by their numbers. */
final class PagesVerdict {

    /** Speeds that are closer than this are called equal. */
    private static final double NOTICEABLE = 0.1;

    private final List<Run> runs;

    PagesVerdict(List<Run> runs) {
        this.runs = runs;
    }

    List<String> paragraphs() {
        List<String> paragraphs = new ArrayList<>();
        runs.forEach(run -> paragraphs.add(outcome(run)));
        agreement().ifPresent(paragraphs::add);
        Optional<Run> ours = finished("heapwise");
        Optional<Run> ahead = finished("prefetch");
        if (ours.isPresent() && ahead.isPresent()) {
            paragraphs.add(comparison(ours.get(), ahead.get()));
        }
        return paragraphs;
    }

    private static String outcome(Run run) {
        double seconds = run.last().millis() / 1000.0;
        return run.subject()
                + switch (run.outcome()) {
                    case FINISHED ->
                        format(
                                " processed %,d items in %.1f s and ended. It was seen to hold %,d items at most.",
                                run.last().operations(), seconds, run.peakHeld());
                    case OUT_OF_MEMORY ->
                        format(
                                " ran out of memory after %.1f s. It held %,d items then, and had processed %s.",
                                seconds,
                                run.peakHeld(),
                                run.last().operations() == 0
                                        ? "none"
                                        : format("%,d", run.last().operations()));
                    case STOPPED ->
                        run.last().operations() < run.planned()
                                ? format(
                                        " was stopped after %.0f s, with %d %% of the items not processed.",
                                        seconds, 100 - run.wholePercent())
                                : format(
                                        " had processed all items after %.1f s, and did not end: it went on asking for the page"
                                                + " behind the last one until it was stopped after %.0f s.",
                                        doneMillis(run) / 1000.0, seconds);
                    case DIED -> " died: " + run.detail() + ".";
                };
    }

    /** When it was first seen to have processed what it processed at all. */
    private static long doneMillis(Run run) {
        return run.samples().stream()
                .filter(sample -> sample.operations() == run.last().operations())
                .mapToLong(Sample::millis)
                .min()
                .orElse(0);
    }

    private Optional<String> agreement() {
        List<Run> finished =
                runs.stream().filter(run -> run.outcome() == Outcome.FINISHED).toList();
        if (finished.size() < 2) {
            return Optional.empty();
        }
        String first = finished.get(0).detail();
        if (finished.stream().allMatch(run -> run.detail().equals(first))) {
            return Optional.of("All who ended processed the same: " + first + ".");
        }
        StringBuilder each = new StringBuilder("Those who ended do not agree, so not all of them are right.");
        finished.forEach(run -> each.append(' ')
                .append(run.subject())
                .append(": ")
                .append(run.detail())
                .append('.'));
        return Optional.of(each.toString());
    }

    private Optional<Run> finished(String contestant) {
        return Run.of(contestant, runs).filter(run -> run.outcome() == Outcome.FINISHED);
    }

    private static String comparison(Run ours, Run ahead) {
        double ratio = (double) Math.max(1, ours.last().millis())
                / Math.max(1, ahead.last().millis());
        if (Math.abs(ratio - 1) < NOTICEABLE) {
            return "To fetch one page ahead made no difference to the time in this run.";
        }
        return ratio > 1
                ? format(
                        "To fetch one page ahead made the reader %.1f times as fast in this run: it waits for a page while it"
                                + " processes the one before. What it costs is a second page in memory.",
                        ratio)
                : format("To fetch one page ahead made the reader slower, by %.1f times, in this run.", 1 / ratio);
    }

    @SuppressWarnings("AnnotateFormatMethod")
    private static String format(String format, Object... values) {
        return String.format(Locale.ROOT, format, values);
    }
}
