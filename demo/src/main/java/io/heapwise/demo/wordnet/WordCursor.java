package io.heapwise.demo.wordnet;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;

/**
 * Walks the words of a part of a text in reading order. A word is a run of two or more ASCII letters, and is given in
 * lower case. For one thread.
 */
final class WordCursor {

    private static final int SHORTEST = 2;

    private final ByteBuffer text;
    private final int end;
    private final byte[] letters = new byte[256];
    private int position;
    private int start;
    private int length;

    WordCursor(ByteBuffer text, int start, int end) {
        this.text = text;
        this.position = start;
        this.end = end;
    }

    /** Moves to the next word, and says whether there was one. */
    boolean next() {
        while (position < end) {
            length = 0;
            start = position;
            while (position < end && isLetter(text.get(position))) {
                if (length < letters.length) {
                    letters[length++] = (byte) (text.get(position) | 0x20);
                }
                position++;
            }
            if (length >= SHORTEST) {
                return true;
            }
            // A single letter was stepped over already; anything else was not.
            if (length == 0) {
                position++;
            }
        }
        return false;
    }

    String word() {
        return new String(letters, 0, length, StandardCharsets.ISO_8859_1);
    }

    /** Where the word begins in the text. */
    int start() {
        return start;
    }

    private static boolean isLetter(byte character) {
        int lower = character | 0x20;
        return lower >= 'a' && lower <= 'z';
    }
}
