package io.heapwise.demo.lines;

import io.heapwise.demo.Outcome;
import io.heapwise.demo.Run;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/** Says what the runs of the scenes of lines show. Every sentence is chosen by their numbers. */
final class ReadVerdict {

    /** Speeds that are closer than this are called equal. */
    private static final double NOTICEABLE = 0.1;

    private final List<Run> runs;

    ReadVerdict(List<Run> runs) {
        this.runs = runs;
    }

    List<String> paragraphs() {
        List<String> paragraphs = new ArrayList<>();
        runs.forEach(run -> paragraphs.add(outcome(run)));
        agreement().ifPresent(paragraphs::add);
        comparison("jdk-lines", "heapwise").ifPresent(paragraphs::add);
        comparison("heapwise", "parallel").ifPresent(paragraphs::add);
        return paragraphs;
    }

    private static String outcome(Run run) {
        double seconds = run.last().millis() / 1000.0;
        return run.subject()
                + switch (run.outcome()) {
                    case FINISHED ->
                        format(
                                " read %,d MB in %.1f s; collections took %.0f %% of the time.",
                                run.last().operations(),
                                seconds,
                                100.0
                                        * run.last().gcMillis()
                                        / Math.max(1, run.last().millis()));
                    case OUT_OF_MEMORY ->
                        run.last().operations() == 0
                                ? format(" ran out of memory after %.1f s, before it had looked at one MB.", seconds)
                                : format(
                                        " ran out of memory after %.1f s, having read %,d of %,d MB.",
                                        seconds, run.last().operations(), run.planned());
                    case STOPPED ->
                        format(
                                " was stopped after %.0f s, with %.0f %% of the file unread.",
                                seconds, (1 - run.share()) * 100);
                    case DIED -> " died: " + run.detail() + ".";
                };
    }

    private Optional<String> agreement() {
        List<Run> finished =
                runs.stream().filter(run -> run.outcome() == Outcome.FINISHED).toList();
        if (finished.size() < 2) {
            return Optional.empty();
        }
        String first = finished.get(0).detail();
        if (finished.stream().allMatch(run -> run.detail().equals(first))) {
            return Optional.of("All who read to the end counted the same: " + first + ".");
        }
        StringBuilder each = new StringBuilder("Those who read to the end do not agree, so not all of them are right.");
        finished.forEach(run -> each.append(' ')
                .append(run.subject())
                .append(": ")
                .append(run.detail())
                .append('.'));
        return Optional.of(each.toString());
    }

    private Optional<String> comparison(String one, String other) {
        Optional<Run> first = Run.of(one, runs).filter(run -> run.outcome() == Outcome.FINISHED);
        Optional<Run> second = Run.of(other, runs).filter(run -> run.outcome() == Outcome.FINISHED);
        return first.isEmpty() || second.isEmpty()
                ? Optional.empty()
                : Optional.of(comparison(first.get(), second.get()));
    }

    private static String comparison(Run one, Run other) {
        double ratio = (double) Math.max(1, one.last().millis())
                / Math.max(1, other.last().millis());
        if (Math.abs(ratio - 1) < NOTICEABLE) {
            return other.subject() + " and " + one.contestant().title() + " were equally fast in this run.";
        }
        return format(
                "%s read %.1f times as fast as %s in this run.",
                ratio > 1 ? other.subject() : one.subject(),
                Math.max(ratio, 1 / ratio),
                (ratio > 1 ? one : other).contestant().title());
    }

    @SuppressWarnings("AnnotateFormatMethod")
    private static String format(String format, Object... values) {
        return String.format(Locale.ROOT, format, values);
    }
}
