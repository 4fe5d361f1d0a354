package io.heapwise.demo.lines;

import io.heapwise.demo.Contestant;
import io.heapwise.demo.Meter;
import java.io.IOException;
import java.nio.file.Path;

/** What all contestants of the scenes do; they differ in how they read, and in nothing else. An operation is a MB that was read. */
abstract class ReadFile implements Contestant {

    /** Reads all lines of the file, and tells the meter how far it is. */
    abstract Tally read(Path file, Meter meter) throws IOException;

    @Override
    public final void run(Task task) throws IOException {
        Tally tally = read(task.folder().resolve(LinesScene.FILE), task.meter());
        task.meter().tell(tally.toString());
    }

    static long megabytes(long bytes) {
        return bytes >> 20;
    }
}
