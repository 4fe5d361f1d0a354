package io.heapwise.demo.child;

import io.heapwise.demo.Contestant;
import io.heapwise.demo.Meter;
import io.heapwise.demo.Outcome;
import io.heapwise.demo.Scene;
import io.heapwise.demo.Scenes;
import java.io.IOException;
import java.nio.file.Path;

/**
 * What runs in a child: one contestant of one scene. It ends by itself when the work is done or the memory is gone, and
 * when its parent goes away, which closes its standard input.
 */
public final class ChildMain {

    private ChildMain() {}

    /** Arguments: scene, contestant, prepared folder, operations, bytes of heap, seconds. */
    public static void main(String[] args) {
        endWithParent();
        Scene scene = Scenes.named(args[0]).orElseThrow();
        Contestant contestant = Scenes.contestant(scene, args[1]).orElseThrow();
        Meter meter = new Meter();
        Reporter reporter = new Reporter(System.out, new HeapGauge(), meter, Long.parseLong(args[5]) * 1000);
        Contestant.Task task =
                new Contestant.Task(Path.of(args[2]), Long.parseLong(args[3]), Long.parseLong(args[4]), meter);
        reporter.start();
        run(contestant, task, reporter);
        // Libraries under test may have left threads; the outcome is said, so nothing is lost.
        Runtime.getRuntime().halt(0);
    }

    private static void run(Contestant contestant, Contestant.Task task, Reporter reporter) {
        try {
            contestant.run(task);
            reporter.finish(Outcome.FINISHED, task.meter().result());
        } catch (OutOfMemoryError e) {
            // What filled the heap went out of reach with the contestant's frames, so there is room for a word.
            reporter.fail(Outcome.OUT_OF_MEMORY, String.valueOf(e.getMessage()));
        } catch (IOException | RuntimeException | Error e) {
            reporter.fail(Outcome.DIED, e.toString());
        }
    }

    private static void endWithParent() {
        Thread watch = new Thread(
                () -> {
                    try {
                        while (System.in.read() >= 0) {
                            // The parent says nothing; only the end of its stream means something.
                        }
                    } catch (IOException e) {
                        // A broken stream means the same as its end.
                    }
                    Runtime.getRuntime().halt(1);
                },
                "demo-parent-watch");
        watch.setDaemon(true);
        watch.start();
    }
}
