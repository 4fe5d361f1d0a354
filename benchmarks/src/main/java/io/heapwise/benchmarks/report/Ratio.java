package io.heapwise.benchmarks.report;

import java.util.List;
import java.util.Locale;

/**
 * How many times better one sample is than another, with a 95 % interval: the difference of the mean logarithms, by
 * Welch's method (B. L. Welch, "The generalization of Student's problem when several different population variances are
 * involved", Biometrika 34, 1947). Three forks make it wide, and that is what three forks are worth.
 */
record Ratio(double value, double low, double high) {

    enum Verdict {
        WORSE("worse"),
        NO_DIFFERENCE_SEEN("no difference seen"),
        BETTER("better");

        private final String text;

        Verdict(String text) {
            this.text = text;
        }

        @Override
        public String toString() {
            return text;
        }
    }

    /** Ours over theirs; the reverse where lower is better, so that above one always is in our favour. */
    static Ratio of(List<Double> ours, List<Double> theirs, boolean higherIsBetter) {
        List<Double> over = logs(higherIsBetter ? ours : theirs);
        List<Double> under = logs(higherIsBetter ? theirs : ours);
        double difference = Statistics.mean(over) - Statistics.mean(under);
        double margin = margin(over, under);
        return new Ratio(Math.exp(difference), Math.exp(difference - margin), Math.exp(difference + margin));
    }

    Verdict verdict() {
        if (low > 1) {
            return Verdict.BETTER;
        }
        return high < 1 ? Verdict.WORSE : Verdict.NO_DIFFERENCE_SEEN;
    }

    @Override
    public String toString() {
        return Double.isInfinite(high)
                ? String.format(Locale.ROOT, "%.2f (no interval: one sample)", value)
                : String.format(Locale.ROOT, "%.2f (%.2f to %.2f)", value, low, high);
    }

    private static double margin(List<Double> a, List<Double> b) {
        if (a.size() < 2 || b.size() < 2) {
            return Double.POSITIVE_INFINITY;
        }
        double va = Statistics.variance(a) / a.size();
        double vb = Statistics.variance(b) / b.size();
        if (va + vb == 0) {
            return 0;
        }
        double degrees = (va + vb) * (va + vb) / (va * va / (a.size() - 1) + vb * vb / (b.size() - 1));
        return Statistics.quantile(degrees) * Math.sqrt(va + vb);
    }

    private static List<Double> logs(List<Double> sample) {
        return sample.stream().map(Math::log).toList();
    }
}
