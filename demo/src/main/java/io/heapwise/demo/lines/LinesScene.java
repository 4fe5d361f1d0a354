package io.heapwise.demo.lines;

import io.heapwise.demo.Contestant;
import io.heapwise.demo.Run;
import io.heapwise.demo.Scene;
import io.heapwise.demo.wordnet.Corpus;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;

/** A text file that is far bigger than the heap, read line by line: one of ordinary lines, and one in which a line is very long. */
public final class LinesScene implements Scene {

    static final String FILE = "lines.txt";

    private static final long HEAP_BYTES = 32L << 20;
    private static final long MEGABYTES = 2048;
    private static final long MEGABYTES_AROUND_LONG_LINE = 512;
    private static final long LONG_LINE_MEGABYTES = 64;

    private static final String WORK = "Each contestant counts the lines in which the word \u201c" + Tally.WORD
            + "\u201d stands, and all lines and bytes. Lines of more than " + (Tally.MOST_LINE_BYTES >> 20)
            + " MB are no text and are to be passed over.";

    private final boolean hasLongLine;

    private LinesScene(boolean hasLongLine) {
        this.hasLongLine = hasLongLine;
    }

    /** For the speed. */
    public static LinesScene ofOrdinaryLines() {
        return new LinesScene(false);
    }

    /** For what becomes of the memory. */
    public static LinesScene withOneLongLine() {
        return new LinesScene(true);
    }

    @Override
    public String name() {
        return hasLongLine ? "longline" : "lines";
    }

    @Override
    public String title() {
        return hasLongLine
                ? "A text file with one line that is longer than the heap"
                : "A text file of " + MEGABYTES / 1024 + " GB, read in a small heap";
    }

    @Override
    public List<String> story() {
        String text =
                "WordNet's dictionary files, 37 MB of lines of 66 bytes on average, stand in a file again and again, ";
        return hasLongLine
                ? List.of(
                        text + "until it has " + MEGABYTES_AROUND_LONG_LINE
                                + " MB. In the middle of it no line ends for "
                                + LONG_LINE_MEGABYTES
                                + " MB: such is what a crash leaves in a log, or a file of another kind among those that were expected.",
                        WORK)
                : List.of(
                        text + "until it has " + MEGABYTES / 1024 + " GB. " + WORK,
                        "The file was written just before, so that the operating system should have it in its memory. Where it"
                                + " has not, the disk is what is seen, and all who are faster than that are equally fast.");
    }

    @Override
    public String operations() {
        return "MB";
    }

    /** No MB can be a miss. */
    @Override
    public String rate() {
        return "";
    }

    /** What lies in a list of the JDK's own, nobody can see. */
    @Override
    public String held() {
        return "";
    }

    @Override
    public long heapBytes() {
        return HEAP_BYTES;
    }

    @Override
    public List<Contestant> contestants() {
        return hasLongLine
                ? List.of(new JdkLines(), new Heapwise(), new Parallel())
                : List.of(new ReadAll(), new JdkLines(), new Heapwise(), new Parallel());
    }

    @Override
    public Stage prepare(Path folder, long most) throws IOException {
        long megabytes = Math.min(most, hasLongLine ? MEGABYTES_AROUND_LONG_LINE : MEGABYTES);
        // Of a file that was asked to be small, the line is a half.
        long longLineBytes = hasLongLine ? Math.min(LONG_LINE_MEGABYTES << 20, (megabytes << 20) / 2) : 0;
        BigText.ofWordNet(folder.resolve(FILE), megabytes << 20, longLineBytes);
        return Stage.of(megabytes);
    }

    @Override
    public List<String> verdict(List<Run> runs) {
        return new ReadVerdict(runs).paragraphs();
    }

    @Override
    public String credit() {
        return Corpus.CREDIT;
    }
}
