package io.heapwise.demo.lines;

import io.heapwise.demo.Meter;
import io.heapwise.streams.Lines;
import io.heapwise.streams.LongLinePolicy;
import java.io.IOException;
import java.nio.file.Path;

/** Ours, on one thread. */
final class Heapwise extends ReadFile {

    @Override
    public String name() {
        return "heapwise";
    }

    @Override
    public String title() {
        return "Heapwise";
    }

    @Override
    public String setUp(long heapBytes) {
        return "Lines.of(file).maxLineBytes(" + (Tally.MOST_LINE_BYTES >> 20)
                + " MB).onLongLine(SKIP), and a reduce over views of the lines' bytes. No line becomes an object, and of one that is"
                + " too long no more than that is ever held.";
    }

    @Override
    Tally read(Path file, Meter meter) throws IOException {
        return open(file, meter).reduce(new Tally(), Tally::addView);
    }

    static Lines open(Path file, Meter meter) {
        return Lines.of(file)
                .maxLineBytes(Tally.MOST_LINE_BYTES)
                .onLongLine(LongLinePolicy.SKIP)
                .onProgress(bytes -> meter.countUpTo(megabytes(bytes)));
    }
}
