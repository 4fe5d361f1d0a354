package io.heapwise.demo.child;

import io.heapwise.demo.Outcome;
import io.heapwise.demo.Sample;
import java.util.Optional;

/**
 * What a child says on its standard output, a line each: samples while it works, then one end. Invariant: a message
 * written and read again is the same message, but for line breaks in a detail, which become spaces.
 *
 * <pre>
 * &#64;sample millis usedBytes liveBytes operations misses held gcMillis
 * &#64;end OUTCOME detail
 * </pre>
 */
sealed interface Message {

    String SAMPLE = "@sample ";
    String END = "@end ";

    /** The line that says it, without a line break. */
    String line();

    /**
     * Reads a line. Other output, such as a warning of the JVM, is no message.
     *
     * @throws IllegalArgumentException if it begins like a message and is none
     */
    static Optional<Message> read(String line) {
        if (line.startsWith(SAMPLE)) {
            return Optional.of(readSample(line));
        }
        return line.startsWith(END) ? Optional.of(readEnd(line)) : Optional.empty();
    }

    private static Progress readSample(String line) {
        String[] words = line.substring(SAMPLE.length()).split(" ", -1);
        if (words.length != 7) {
            throw malformed(line, "seven numbers");
        }
        long[] numbers = new long[words.length];
        for (int i = 0; i < words.length; i++) {
            try {
                numbers[i] = Long.parseLong(words[i]);
            } catch (NumberFormatException e) {
                throw malformed(line, "seven numbers");
            }
        }
        return new Progress(
                new Sample(numbers[0], numbers[1], numbers[2], numbers[3], numbers[4], numbers[5], numbers[6]));
    }

    private static End readEnd(String line) {
        String[] words = line.substring(END.length()).split(" ", 2);
        try {
            return new End(Outcome.valueOf(words[0]), words.length == 2 ? words[1] : "");
        } catch (IllegalArgumentException e) {
            throw malformed(line, "an outcome and its detail");
        }
    }

    private static IllegalArgumentException malformed(String line, String expected) {
        return new IllegalArgumentException("malformed message line=\"" + line + "\" (expected " + expected + ")");
    }

    record Progress(Sample sample) implements Message {
        @Override
        public String line() {
            return SAMPLE
                    + sample.millis()
                    + ' '
                    + sample.usedBytes()
                    + ' '
                    + sample.liveBytes()
                    + ' '
                    + sample.operations()
                    + ' '
                    + sample.misses()
                    + ' '
                    + sample.held()
                    + ' '
                    + sample.gcMillis();
        }
    }

    record End(Outcome outcome, String detail) implements Message {
        @Override
        public String line() {
            return (END + outcome + ' ' + detail.replaceAll("\\s+", " ")).strip();
        }
    }
}
