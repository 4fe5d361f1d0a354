package io.heapwise.demo;

import java.io.Closeable;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;

/**
 * One thing the demo shows: the same work, done by several contestants, each alone in a JVM of the same small heap.
 * A scene is added by writing one and naming it in {@link Scenes}.
 */
public interface Scene {

    /** What it is called on the command line: lower-case letters and dashes. */
    String name();

    /** One line for the head of the page. */
    String title();

    /** What happens in it and why it is hard, in paragraphs of plain text. */
    List<String> story();

    /** What one operation is, in the plural: "look-ups". */
    String operations();

    /** What the share of operations that were no {@linkplain Meter#countMiss miss} is called: "hit rate". Empty where none can be. */
    String rate();

    /** What the contestants hold, in the plural: "answers". Empty where that is not seen. */
    String held();

    /** The heap of each child, unless the user says otherwise. */
    default long heapBytes() {
        return 64L << 20;
    }

    /** Who takes part, in the order in which they run. The names differ. */
    List<Contestant> contestants();

    /**
     * Puts what the contestants work on into an empty folder. Runs once, in the parent, outside all measurement.
     *
     * @param most how many operations will be done at most: what only more would need can be left out
     * @return what is there until the last contestant has ended
     */
    Stage prepare(Path folder, long most) throws IOException;

    /**
     * What the results show, in paragraphs of plain text that follow from the numbers and from nothing else. Losses are
     * said as plainly as wins.
     */
    List<String> verdict(List<Run> runs);

    /** What the makers of the scene's material ask to be told; may be empty. */
    String credit();

    /**
     * What was prepared.
     *
     * @param operations how many the whole of it takes
     * @param running what goes on beside the folder, a service for example, and is ended by closing
     */
    record Stage(long operations, Closeable running) implements Closeable {

        /** Nothing but what lies in the folder. */
        public static Stage of(long operations) {
            return new Stage(operations, () -> {});
        }

        @Override
        public void close() throws IOException {
            running.close();
        }
    }
}
