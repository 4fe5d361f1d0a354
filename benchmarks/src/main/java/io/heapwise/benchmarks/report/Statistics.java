package io.heapwise.benchmarks.report;

import java.util.List;
import org.apache.commons.math3.distribution.TDistribution;

/** The little statistics the report needs. Forks are the sample: iterations of one JVM are not independent. */
final class Statistics {
    static final double CONFIDENCE = 0.95;

    private Statistics() {}

    static double mean(List<Double> sample) {
        return sample.stream().mapToDouble(Double::doubleValue).average().orElse(Double.NaN);
    }

    /** Half the width of the confidence interval of the mean; infinite for a sample of one. */
    static double error(List<Double> sample) {
        int n = sample.size();
        return n < 2 ? Double.POSITIVE_INFINITY : quantile(n - 1) * Math.sqrt(variance(sample) / n);
    }

    static double variance(List<Double> sample) {
        double mean = mean(sample);
        double squares =
                sample.stream().mapToDouble(x -> (x - mean) * (x - mean)).sum();
        return squares / (sample.size() - 1);
    }

    /** Student's factor for a two-sided interval. */
    static double quantile(double degreesOfFreedom) {
        return new TDistribution(null, degreesOfFreedom).inverseCumulativeProbability(0.5 + CONFIDENCE / 2);
    }
}
