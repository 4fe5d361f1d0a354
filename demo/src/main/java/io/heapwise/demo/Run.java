package io.heapwise.demo;

import java.util.List;
import java.util.Locale;
import java.util.Optional;

/**
 * What came of one contestant. The samples are in the order of their time, and there is at least one.
 *
 * @param contestant who ran
 * @param outcome how it ended
 * @param detail more about the end: an error's message, or of one who finished the result; may be empty
 * @param planned how many operations it was to do
 * @param samples what was seen of it
 */
public record Run(Contestant contestant, Outcome outcome, String detail, long planned, List<Sample> samples) {

    public Run {
        samples = samples.isEmpty() ? List.of(new Sample(0, 0, Sample.UNKNOWN, 0, 0, 0, 0)) : List.copyOf(samples);
    }

    /** The run of the contestant of this name, if it took part. */
    public static Optional<Run> of(String contestant, List<Run> runs) {
        return runs.stream()
                .filter(run -> run.contestant().name().equals(contestant))
                .findFirst();
    }

    /** The contestant's title, to begin a sentence with. */
    public String subject() {
        String title = contestant.title();
        return title.substring(0, 1).toUpperCase(Locale.ROOT) + title.substring(1);
    }

    public Sample last() {
        return samples.get(samples.size() - 1);
    }

    /** The share of the work that was done, 0 to 1. */
    public double share() {
        return planned == 0 ? 1 : (double) last().operations() / planned;
    }

    /** The same in whole per cent, rounded down: nothing but all of it is 100. */
    public long wholePercent() {
        return planned == 0 ? 100 : last().operations() * 100 / planned;
    }

    /** The share of the operations that were no miss, 0 to 1. */
    public double hitRate() {
        long operations = last().operations();
        return operations == 0 ? 0 : 1 - Math.min(1, (double) last().misses() / operations);
    }

    public long operationsPerSecond() {
        return last().millis() == 0 ? 0 : last().operations() * 1000 / last().millis();
    }

    /** The most that any collection of the whole heap left behind, or {@link Sample#UNKNOWN}. */
    public long peakLiveBytes() {
        return samples.stream().mapToLong(Sample::liveBytes).max().orElse(Sample.UNKNOWN);
    }

    public long peakHeld() {
        return samples.stream().mapToLong(Sample::held).max().orElse(0);
    }

    /** The share of the samples, from the one of the peak on, in which it held less than a tenth of that peak. */
    public double collapsedShare() {
        long peak = peakHeld();
        List<Sample> since =
                samples.stream().dropWhile(sample -> sample.held() < peak).toList();
        long collapsed =
                since.stream().filter(sample -> sample.held() * 10 < peak).count();
        return (double) collapsed / since.size();
    }

    /** The outcome in a few words, for a reader who looks at nothing else. */
    public String outcomeWords() {
        double seconds = last().millis() / 1000.0;
        String share = share() < 0.1 ? String.format(Locale.ROOT, "%.1f %%", share() * 100) : wholePercent() + " %";
        return switch (outcome) {
            case FINISHED -> String.format(Locale.ROOT, "finished in %.1f s", seconds);
            case OUT_OF_MEMORY, DIED, STOPPED ->
                String.format(Locale.ROOT, "%s after %.1f s, at %s", outcome.words(), seconds, share);
        };
    }
}
