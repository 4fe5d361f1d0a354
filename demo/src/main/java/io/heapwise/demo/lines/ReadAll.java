package io.heapwise.demo.lines;

import io.heapwise.demo.Meter;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** All lines in a list. */
final class ReadAll extends ReadFile {

    @Override
    public String name() {
        return "read-all";
    }

    @Override
    public String title() {
        return "all lines in a list";
    }

    @Override
    public String setUp(long heapBytes) {
        return "Files.readAllLines(file), then a loop. It is the article's \u201cmemory-intensive approach (avoid for large"
                + " files)\u201d, and has looked at nothing before it has everything.";
    }

    @Override
    Tally read(Path file, Meter meter) throws IOException {
        Tally tally = new Tally();
        for (String line : Files.readAllLines(file)) {
            tally.addLine(line);
            meter.countUpTo(megabytes(tally.bytesRead()));
        }
        return tally;
    }
}
