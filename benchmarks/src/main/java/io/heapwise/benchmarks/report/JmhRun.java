package io.heapwise.benchmarks.report;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/**
 * One contestant's result for one question: what JMH measured under one set of parameters on one JDK.
 *
 * @param forkMeans the mean of each fork, or of each iteration where there is but one fork
 * @param bytesPerOperation allocated, NaN if the profiler did not run
 * @param missShare of the requests, NaN where the question knows no misses
 */
record JmhRun(
        Question question,
        String contestant,
        String unit,
        boolean higherIsBetter,
        int forks,
        List<Double> forkMeans,
        double bytesPerOperation,
        double missShare) {

    private static final Pattern NAME = Pattern.compile("io\\.heapwise\\.benchmarks\\.(.+)\\.([^.]+)");

    /** What contestants are compared within. */
    record Question(String name, String params, int threads, String jdk, String jvmArgs)
            implements Comparable<Question> {
        /** For readers: the parameters and the JDK. */
        String setting() {
            return (params.isEmpty() ? "" : params + ", ") + threads + (threads == 1 ? " thread" : " threads") + ", "
                    + jdk;
        }

        @Override
        public int compareTo(Question other) {
            return sortKey().compareTo(other.sortKey());
        }

        /** Numbers are padded, so that a size of 10,000 comes before one of 100,000. */
        private String sortKey() {
            String text = String.join("\t", name, jdk, Integer.toString(threads), params, jvmArgs);
            return Pattern.compile("\\d+")
                    .matcher(text)
                    .replaceAll(number ->
                            "0".repeat(Math.max(0, 12 - number.group().length())) + number.group());
        }
    }

    double mean() {
        return Statistics.mean(forkMeans);
    }

    static JmhRun of(JsonNode run) {
        Matcher name = NAME.matcher(run.get("benchmark").asText());
        if (!name.matches()) {
            throw new IllegalArgumentException(
                    "benchmark=" + run.get("benchmark").asText()
                            + " (expected io.heapwise.benchmarks.<module>.<Class>.<contestant>): the file is not one of ours");
        }
        JsonNode primary = run.get("primaryMetric");
        double score = primary.get("score").asDouble();
        double loads = secondary(run, "loads");
        return new JmhRun(
                new Question(
                        name.group(1),
                        params(run),
                        run.get("threads").asInt(),
                        "JDK " + run.get("jdkVersion").asText(),
                        jvmArgs(run)),
                name.group(2),
                primary.get("scoreUnit").asText(),
                run.get("mode").asText().equals("thrpt"),
                primary.get("rawData").size(),
                forkMeans(primary.get("rawData")),
                secondary(run, "gc.alloc.rate.norm"),
                loads / score);
    }

    private static List<Double> forkMeans(JsonNode rawData) {
        List<List<Double>> forks = new ArrayList<>();
        for (JsonNode fork : rawData) {
            List<Double> iterations = new ArrayList<>();
            fork.forEach(score -> iterations.add(score.asDouble()));
            forks.add(iterations);
        }
        return forks.size() == 1
                ? forks.get(0)
                : forks.stream().map(Statistics::mean).toList();
    }

    private static String params(JsonNode run) {
        Map<String, String> sorted = new TreeMap<>();
        if (run.has("params")) {
            run.get("params")
                    .properties()
                    .forEach(
                            param -> sorted.put(param.getKey(), param.getValue().asText()));
        }
        return sorted.entrySet().stream()
                .map(param -> param.getKey() + "=" + param.getValue())
                .collect(Collectors.joining(", "));
    }

    private static String jvmArgs(JsonNode run) {
        List<String> args = new ArrayList<>();
        if (run.has("jvmArgs")) {
            run.get("jvmArgs").forEach(arg -> args.add(arg.asText()));
        }
        // A path says nothing to the reader and too much about the machine.
        args.removeIf(arg -> arg.contains("/") || arg.contains("\\"));
        return String.join(" ", args);
    }

    /** JMH has put a dot before the names of its profilers' metrics in some releases. */
    private static double secondary(JsonNode run, String metric) {
        JsonNode metrics = run.get("secondaryMetrics");
        for (String name : List.of(metric, "\u00b7" + metric)) {
            if (metrics != null && metrics.has(name)) {
                return metrics.get(name).get("score").asDouble();
            }
        }
        return Double.NaN;
    }
}
