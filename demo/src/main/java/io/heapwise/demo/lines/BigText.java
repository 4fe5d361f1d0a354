package io.heapwise.demo.lines;

import io.heapwise.demo.DemoException;
import io.heapwise.demo.wordnet.Corpus;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * Writes a big text file: a text over and over, and in the middle of it, if asked for, one line that is very long. Invariant: the file has
 * exactly the bytes that were asked for, all of them ASCII if the text is, and its last one ends a line.
 */
final class BigText {

    /** What is left free on the disk: whoever shares it needs some too. */
    private static final long RESERVE_BYTES = 256L << 20;

    private BigText() {}

    /** Writes WordNet's text, as often as it takes, to a new file in the folder. */
    static void ofWordNet(Path target, long bytes, long longLineBytes) throws IOException {
        requireRoom(Files.getFileStore(target.toAbsolutePath().getParent()).getUsableSpace(), bytes);
        Path once = target.resolveSibling("once");
        Corpus.unpack(once);
        byte[] text = Files.readAllBytes(once);
        Files.delete(once);
        write(target, text, bytes, longLineBytes);
    }

    /** A disk that is full in the middle of the writing would be a trouble for more than this demo. */
    static void requireRoom(long usableBytes, long bytes) {
        if (usableBytes - RESERVE_BYTES < bytes) {
            throw new DemoException("room for the file=" + (usableBytes >> 20) + " MB (expected >= "
                    + ((bytes + RESERVE_BYTES) >> 20)
                    + " MB): give -Djava.io.tmpdir a folder with more, or ask for fewer --operations");
        }
    }

    /**
     * Writes a file.
     *
     * @param text has line feeds in it
     * @param longLineBytes of the line in the middle, its line feed included; 0 for none
     */
    static void write(Path target, byte[] text, long bytes, long longLineBytes) throws IOException {
        try (OutputStream out = Files.newOutputStream(target)) {
            long before = longLineBytes == 0 ? 0 : (bytes - longLineBytes) / 2;
            repeat(out, text, before);
            repeat(out, withoutBreaks(text), longLineBytes);
            repeat(out, text, bytes - longLineBytes - before);
        }
    }

    private static void repeat(OutputStream out, byte[] text, long bytes) throws IOException {
        if (bytes == 0) {
            return;
        }
        for (long left = bytes - 1; left > 0; left -= Math.min(left, text.length)) {
            out.write(text, 0, (int) Math.min(left, text.length));
        }
        out.write('\n');
    }

    private static byte[] withoutBreaks(byte[] text) {
        byte[] line = text.clone();
        for (int i = 0; i < line.length; i++) {
            if (line[i] == '\n') {
                line[i] = ' ';
            }
        }
        return line;
    }
}
