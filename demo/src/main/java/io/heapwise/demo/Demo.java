package io.heapwise.demo;

import io.heapwise.demo.child.ChildJvm;
import io.heapwise.demo.page.HtmlPage;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/** The demo's entry: prepares a scene, runs its contestants one after another, and says what came of them. */
public final class Demo {

    private Demo() {}

    public static void main(String[] args) {
        try {
            run(args, System.out);
        } catch (DemoException e) {
            System.err.println("heapwise-demo: " + e.getMessage());
            System.exit(2);
        } catch (IOException e) {
            System.err.println("heapwise-demo: " + e);
            System.exit(1);
        }
    }

    private static void run(String[] args, PrintStream out) throws IOException {
        if (List.of(args).contains("--help")) {
            out.println(Options.USAGE);
            return;
        }
        Options options = Options.parse(args);
        if (options.listing()) {
            list(out);
            return;
        }
        out.printf(
                Locale.ROOT,
                "%s%nEach contestant alone in a JVM of its own, heap %d MB, at most %d s.%n%n",
                options.scene().title(),
                options.heapBytes() >> 20,
                options.seconds());
        List<Run> runs = runAll(options, Progress.onStandardOutput());
        out.println();
        ResultTable.lines(options.scene(), runs).forEach(out::println);
        HtmlPage.write(options.out(), options, runs);
        out.printf("%nThe heap curves are in %s%n", options.out());
    }

    /** Runs every contestant that was asked for, in a folder that is gone afterwards. */
    static List<Run> runAll(Options options, Progress progress) throws IOException {
        Path folder = Files.createTempDirectory("heapwise-demo");
        Thread cleaning = new Thread(() -> delete(folder), "demo-cleaning");
        // For the user who presses Ctrl-C: the children go by themselves when this process does, the folder does not.
        Runtime.getRuntime().addShutdownHook(cleaning);
        try (Scene.Stage stage = options.scene().prepare(folder, options.operations())) {
            long operations = Math.min(stage.operations(), options.operations());
            List<Run> runs = new ArrayList<>();
            for (Contestant contestant : options.contestants()) {
                progress.begin(contestant);
                Run run = new ChildJvm(options.scene(), contestant, folder, operations)
                        .run(
                                options.heapBytes(),
                                options.seconds(),
                                sample -> progress.show(contestant, sample, operations));
                progress.end(run);
                runs.add(run);
            }
            return runs;
        } finally {
            delete(folder);
            Runtime.getRuntime().removeShutdownHook(cleaning);
        }
    }

    private static void delete(Path folder) {
        try (var files = Files.list(folder)) {
            for (Path file : files.toList()) {
                Files.deleteIfExists(file);
            }
            Files.deleteIfExists(folder);
        } catch (IOException e) {
            System.err.println("heapwise-demo: cannot delete the working folder " + folder + ": " + e.getMessage());
        }
    }

    private static void list(PrintStream out) {
        for (Scene scene : Scenes.all()) {
            out.println(scene.name() + ": " + scene.title());
            for (Contestant contestant : scene.contestants()) {
                out.printf("  %-10s %s%n", contestant.name(), contestant.title());
            }
        }
    }
}
