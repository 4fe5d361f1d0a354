package io.heapwise.demo.wordnet;

import java.io.FileNotFoundException;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/**
 * WordNet's dictionary files as one text: 37 MB, in the order of the files' names. The text lies in a file that every
 * child maps, so that it takes nothing from their heaps.
 */
public final class Corpus {

    /** What its makers ask to be told. */
    public static final String CREDIT =
            "The text is WordNet 3.1, Copyright 2011 by Princeton University, all rights reserved, used and passed on"
                    + " under the WordNet licence, which stands at the head of its dictionary files.";

    private static final String RESOURCES = "/net/sf/extjwnl/data/wordnet/wn31/";

    private static final List<String> FILES = List.of(
            "adj.exc",
            "adv.exc",
            "cntlist",
            "cntlist.rev",
            "data.adj",
            "data.adv",
            "data.noun",
            "data.verb",
            "index.adj",
            "index.adv",
            "index.noun",
            "index.sense",
            "index.verb",
            "noun.exc",
            "sentidx.vrb",
            "sents.vrb",
            "verb.Framestext",
            "verb.exc");

    private static final String ENTRIES_PREFIX = "data.";

    private Corpus() {}

    /** Writes the whole text to a new file, and says where its entries are: the lines that explain a word. */
    public static Extent unpack(Path target) throws IOException {
        int position = 0;
        int entriesStart = Integer.MAX_VALUE;
        int entriesEnd = 0;
        try (OutputStream text = Files.newOutputStream(target)) {
            for (String file : FILES) {
                try (InputStream resource = Corpus.class.getResourceAsStream(RESOURCES + file)) {
                    if (resource == null) {
                        throw new FileNotFoundException(
                                "no resource name=" + RESOURCES + file + " (expected it on the class path)");
                    }
                    int start = position;
                    position += Math.toIntExact(resource.transferTo(text));
                    // The files named data.* follow each other in the order of names, so one extent covers them.
                    if (file.startsWith(ENTRIES_PREFIX)) {
                        entriesStart = Math.min(entriesStart, start);
                        entriesEnd = position;
                    }
                }
            }
        }
        return new Extent(entriesStart, entriesEnd);
    }

    /** Maps a file that was written before. The mapping lives until the JVM ends. */
    static ByteBuffer map(Path file) throws IOException {
        try (FileChannel channel = FileChannel.open(file)) {
            return channel.map(FileChannel.MapMode.READ_ONLY, 0, channel.size());
        }
    }

    /** A part of the text, in bytes: from start, to before end. */
    public record Extent(int start, int end) {}
}
