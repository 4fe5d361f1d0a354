package io.heapwise.demo.lines;

import io.heapwise.demo.Meter;
import java.io.IOException;
import java.nio.file.Path;

/** Ours, on two threads. */
final class Parallel extends ReadFile {
    private static final int THREADS = 2;

    @Override
    public String name() {
        return "parallel";
    }

    @Override
    public String title() {
        return "Heapwise, two threads";
    }

    @Override
    public String setUp(long heapBytes) {
        return "The same, by way of parallel(" + THREADS
                + "). Each thread reads segments of its own, and their tallies are joined in the order of the lines.";
    }

    @Override
    Tally read(Path file, Meter meter) throws IOException {
        return Heapwise.open(file, meter).parallel(THREADS).reduce(Tally::new, Tally::addView, Tally::plus);
    }
}
