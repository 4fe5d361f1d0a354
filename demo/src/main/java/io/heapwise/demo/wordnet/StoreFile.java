package io.heapwise.demo.wordnet;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;

/**
 * Writes and draws the store's index: a hash table of words in a file, open addressing, everything in big-endian ints.
 *
 * <pre>
 * slots                  a power of two, more than the words
 * slots x position       where the slot's record begins in this file, 0 for an empty slot
 * records:               bytes of the word | the word | entries | entries x (start, length of a line in the text)
 * </pre>
 */
final class StoreFile {

    /** A word as common as "the" stands in 40,000 entries; a page shows the first of them. */
    static final int MOST_ENTRIES = 40;

    private static final byte[] LICENCE_LINE = {' ', ' '};

    private StoreFile() {}

    /** Which slot a word is looked for in first. */
    static int firstSlot(String word, int slots) {
        int hash = word.hashCode() * 0x9E3779B9;
        return (hash ^ (hash >>> 16)) & (slots - 1);
    }

    static void write(Path target, ByteBuffer text, Corpus.Extent entries) throws IOException {
        Map<String, Lines> linesByWord = collect(text, entries);
        int slots = Integer.highestOneBit(linesByWord.size() + 1) * 4;
        int[] table = new int[slots];
        int position = Integer.BYTES * (slots + 1);
        ByteBuffer records = ByteBuffer.allocate(recordBytes(linesByWord));
        for (Map.Entry<String, Lines> entry : linesByWord.entrySet()) {
            int slot = firstSlot(entry.getKey(), slots);
            while (table[slot] != 0) {
                slot = (slot + 1) & (slots - 1);
            }
            table[slot] = position + records.position();
            byte[] word = entry.getKey().getBytes(StandardCharsets.ISO_8859_1);
            records.putInt(word.length).put(word);
            entry.getValue().write(records);
        }
        ByteBuffer head = ByteBuffer.allocate(position).putInt(slots);
        head.asIntBuffer().put(table);
        Files.write(target, head.array());
        Files.write(target, records.array(), StandardOpenOption.APPEND);
    }

    private static Map<String, Lines> collect(ByteBuffer text, Corpus.Extent entries) {
        Map<String, Lines> linesByWord = new HashMap<>();
        int lineStart = entries.start();
        while (lineStart < entries.end()) {
            int lineEnd = lineStart;
            while (text.get(lineEnd) != '\n') {
                lineEnd++;
            }
            if (!isLicence(text, lineStart)) {
                WordCursor words = new WordCursor(text, lineStart, lineEnd);
                while (words.next()) {
                    linesByWord
                            .computeIfAbsent(words.word(), word -> new Lines())
                            .add(lineStart, lineEnd - lineStart);
                }
            }
            lineStart = lineEnd + 1;
        }
        return linesByWord;
    }

    private static boolean isLicence(ByteBuffer text, int lineStart) {
        return text.get(lineStart) == LICENCE_LINE[0] && text.get(lineStart + 1) == LICENCE_LINE[1];
    }

    private static int recordBytes(Map<String, Lines> linesByWord) {
        int bytes = 0;
        for (Map.Entry<String, Lines> entry : linesByWord.entrySet()) {
            bytes += Integer.BYTES + entry.getKey().length() + entry.getValue().bytes();
        }
        return bytes;
    }

    /** The entries a word stands in: starts and lengths in turn, each line once, the first few only. */
    private static final class Lines {
        private int[] ints = new int[2];
        private int size;

        void add(int start, int length) {
            boolean again = size > 0 && ints[size - 2] == start;
            if (again || size == 2 * MOST_ENTRIES) {
                return;
            }
            if (size == ints.length) {
                ints = Arrays.copyOf(ints, 2 * size);
            }
            ints[size++] = start;
            ints[size++] = length;
        }

        int bytes() {
            return Integer.BYTES * (size + 1);
        }

        void write(ByteBuffer target) {
            target.putInt(size / 2);
            for (int i = 0; i < size; i++) {
                target.putInt(ints[i]);
            }
        }
    }
}
