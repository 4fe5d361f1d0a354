package io.heapwise.benchmarks;

import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.Pattern;
import org.openjdk.jmh.infra.BenchmarkParams;
import org.openjdk.jmh.results.BenchmarkResult;
import org.openjdk.jmh.results.RunResult;
import org.openjdk.jmh.results.format.ResultFormatFactory;
import org.openjdk.jmh.results.format.ResultFormatType;
import org.openjdk.jmh.runner.BenchmarkList;
import org.openjdk.jmh.runner.BenchmarkListEntry;
import org.openjdk.jmh.runner.Runner;
import org.openjdk.jmh.runner.RunnerException;
import org.openjdk.jmh.runner.format.OutputFormatFactory;
import org.openjdk.jmh.runner.options.ChainedOptionsBuilder;
import org.openjdk.jmh.runner.options.CommandLineOptions;
import org.openjdk.jmh.runner.options.OptionsBuilder;
import org.openjdk.jmh.runner.options.VerboseMode;

/**
 * Runs what JMH would run, in another order: of each case one fork for each contestant in turn, then the next round. JMH
 * itself measures a contestant to the end before it begins the next, minutes later, and a machine that is slower in some
 * minutes than in others then decides who wins.
 */
final class Turns {
    private final CommandLineOptions options;

    /** The same without the names of benchmarks, which would add to the one that each run names. */
    private final CommandLineOptions unnamed;

    /** Of each contestant and case, the results of its forks. */
    private final Map<String, List<BenchmarkResult>> forks = new LinkedHashMap<>();

    private Turns(CommandLineOptions options, CommandLineOptions unnamed) {
        this.options = options;
        this.unnamed = unnamed;
    }

    /** Takes JMH's own arguments; {@code -f} says how many rounds there are. */
    static void measure(String[] args) throws Exception {
        CommandLineOptions options = new CommandLineOptions(args);
        if (!options.getResult().hasValue()) {
            throw new IllegalArgumentException("-rff is missing (expected a file): name the file for the results");
        }
        List<String> unnamed = new ArrayList<>(List.of(args));
        unnamed.removeAll(options.getIncludes());
        Turns turns = new Turns(options, new CommandLineOptions(unnamed.toArray(String[]::new)));
        for (Map.Entry<String, List<BenchmarkListEntry>> question :
                turns.questions().entrySet()) {
            for (Map<String, String> params : turns.cases(question.getValue().get(0))) {
                turns.measure(question.getValue(), params);
                ResultFormatFactory.getInstance(
                                ResultFormatType.JSON, options.getResult().get())
                        .writeOut(turns.results());
            }
        }
    }

    private void measure(List<BenchmarkListEntry> contestants, Map<String, String> params) throws RunnerException {
        int rounds = options.getForkCount().orElse(contestants.get(0).getForks().orElse(1));
        for (int round = 1; round <= rounds; round++) {
            for (BenchmarkListEntry contestant : contestants) {
                ChainedOptionsBuilder one = new OptionsBuilder()
                        .parent(unnamed)
                        .include("^" + Pattern.quote(contestant.getUsername()) + "$")
                        .forks(1)
                        .verbosity(VerboseMode.SILENT);
                params.forEach(one::param);
                for (RunResult result : new Runner(one.build()).run()) {
                    forks.computeIfAbsent(contestant.getUsername() + params, name -> new ArrayList<>())
                            .addAll(result.getBenchmarkResults());
                    System.out.printf(
                            "%d/%d %s %s %.3f %s%n",
                            round,
                            rounds,
                            contestant.getUsername().replace("io.heapwise.benchmarks.", ""),
                            params,
                            result.getPrimaryResult().getScore(),
                            result.getPrimaryResult().getScoreUnit());
                }
            }
        }
    }

    private Collection<RunResult> results() {
        List<RunResult> results = new ArrayList<>();
        for (List<BenchmarkResult> ofOne : forks.values()) {
            BenchmarkParams params = ofOne.get(0).getParams();
            results.add(new RunResult(params, ofOne));
        }
        return results;
    }

    /** The chosen benchmarks by class: each method of one is a contestant. */
    private Map<String, List<BenchmarkListEntry>> questions() {
        Map<String, List<BenchmarkListEntry>> questions = new TreeMap<>();
        BenchmarkList.defaultList()
                .find(
                        OutputFormatFactory.createFormatInstance(System.out, VerboseMode.SILENT),
                        options.getIncludes(),
                        options.getExcludes())
                .forEach(entry -> questions
                        .computeIfAbsent(entry.getUserClassQName(), name -> new ArrayList<>())
                        .add(entry));
        if (questions.isEmpty()) {
            throw new IllegalArgumentException(
                    "benchmarks=" + options.getIncludes() + " (expected some that exist): -l lists them");
        }
        return questions;
    }

    /** Each combination of the parameters of a question, those of the command line before those of the class. */
    private List<Map<String, String>> cases(BenchmarkListEntry entry) {
        List<Map<String, String>> cases = List.of(Map.of());
        Map<String, String[]> declared = new TreeMap<>(entry.getParams().orElse(Map.of()));
        for (Map.Entry<String, String[]> param : declared.entrySet()) {
            List<Map<String, String>> longer = new ArrayList<>();
            for (Map<String, String> shorter : cases) {
                for (String value : options.getParameter(param.getKey()).orElse(List.of(param.getValue()))) {
                    Map<String, String> one = new TreeMap<>(shorter);
                    one.put(param.getKey(), value);
                    longer.add(one);
                }
            }
            cases = longer;
        }
        return cases;
    }
}
