package io.heapwise.demo.wordnet;

import io.heapwise.demo.Meter;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;

/**
 * The slow place: for a word, the text of the dictionary entries it stands in. Everything it needs is mapped, so it takes
 * nothing from the heap but the answer. An answer costs at least {@link #TRIP_NANOS}, spun away rather than slept: a sleep
 * this short is as long as the system's timer pleases.
 */
final class SlowStore {

    /** What a look-up in a fast store on the same network costs, more or less. */
    static final long TRIP_NANOS = 10_000;

    private final ByteBuffer text;
    private final ByteBuffer index;
    private final int slots;
    private final Meter meter;

    SlowStore(Path text, Path index, Meter meter) throws IOException {
        this.text = Corpus.map(text);
        this.index = Corpus.map(index);
        this.slots = this.index.getInt(0);
        this.meter = meter;
    }

    /** The word, and a line for each entry it stands in; never null. */
    String fetch(String word) {
        long start = System.nanoTime();
        meter.countMiss();
        String answer = answer(word);
        while (System.nanoTime() - start < TRIP_NANOS) {
            Thread.onSpinWait();
        }
        return answer;
    }

    private String answer(String word) {
        int record = find(word);
        if (record == 0) {
            return word + "\n";
        }
        int countAt = record + Integer.BYTES + word.length();
        int entries = index.getInt(countAt);
        int bytes = word.length() + 1;
        for (int entry = 0; entry < entries; entry++) {
            bytes += index.getInt(countAt + Integer.BYTES * (2 * entry + 2)) + 1;
        }
        byte[] answer = new byte[bytes];
        int position = append(word.getBytes(StandardCharsets.ISO_8859_1), answer);
        for (int entry = 0; entry < entries; entry++) {
            int start = index.getInt(countAt + Integer.BYTES * (2 * entry + 1));
            int length = index.getInt(countAt + Integer.BYTES * (2 * entry + 2));
            text.get(start, answer, position, length);
            answer[position + length] = '\n';
            position += length + 1;
        }
        return new String(answer, StandardCharsets.ISO_8859_1);
    }

    private static int append(byte[] word, byte[] answer) {
        System.arraycopy(word, 0, answer, 0, word.length);
        answer[word.length] = '\n';
        return word.length + 1;
    }

    /** Where the word's record begins in the index, or 0. */
    private int find(String word) {
        int slot = StoreFile.firstSlot(word, slots);
        while (true) {
            int record = index.getInt(Integer.BYTES * (slot + 1));
            if (record == 0 || isOf(word, record)) {
                return record;
            }
            slot = (slot + 1) & (slots - 1);
        }
    }

    private boolean isOf(String word, int record) {
        if (index.getInt(record) != word.length()) {
            return false;
        }
        for (int i = 0; i < word.length(); i++) {
            if (index.get(record + Integer.BYTES + i) != word.charAt(i)) {
                return false;
            }
        }
        return true;
    }
}
