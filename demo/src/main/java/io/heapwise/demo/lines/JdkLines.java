package io.heapwise.demo.lines;

import io.heapwise.demo.Meter;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Stream;

/** What the JDK has for it. */
final class JdkLines extends ReadFile {

    @Override
    public String name() {
        return "jdk-lines";
    }

    @Override
    public String title() {
        return "Files.lines";
    }

    @Override
    public String setUp(long heapBytes) {
        return "Files.lines(file).forEach, which reads by a BufferedReader and makes a String of each line. A line has to fit into"
                + " the heap, some times over: that it is too long is known to who asks its length, afterwards.";
    }

    @Override
    Tally read(Path file, Meter meter) throws IOException {
        Tally tally = new Tally();
        try (Stream<String> lines = Files.lines(file)) {
            lines.forEach(line -> {
                tally.addLine(line);
                meter.countUpTo(megabytes(tally.bytesRead()));
            });
        }
        return tally;
    }
}
