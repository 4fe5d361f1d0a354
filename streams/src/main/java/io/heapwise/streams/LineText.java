package io.heapwise.streams;

import io.heapwise.streams.internal.ByteSearch;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.Charset;
import java.nio.charset.CharsetDecoder;
import java.nio.charset.CodingErrorAction;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/** Makes strings of bytes. Whole lines are decoded, so no character is ever cut by the edge of a buffer. */
final class LineText {
    private final Charset charset;
    private final CodingErrorAction malformed;
    private @Nullable CharsetDecoder decoder;

    LineText(Charset charset, CodingErrorAction malformed) {
        this.charset = charset;
        this.malformed = malformed;
    }

    Charset charset() {
        return charset;
    }

    /**
     * Decodes.
     *
     * @throws UncheckedIOException of a {@link CharacterCodingException} when they are no text, and that is to be reported
     */
    String of(byte[] bytes, int from, int to, LineView line) {
        if (malformed != CodingErrorAction.REPORT || charset == StandardCharsets.ISO_8859_1) {
            return new String(bytes, from, to - from, charset); // puts in the charset's own replacement
        }
        if (charset == StandardCharsets.UTF_8 && ByteSearch.isAscii(bytes, from, to)) {
            return new String(bytes, from, to - from, StandardCharsets.ISO_8859_1); // a plain copy
        }
        CharsetDecoder by = decoder;
        if (by == null) {
            by = charset.newDecoder()
                    .onMalformedInput(CodingErrorAction.REPORT)
                    .onUnmappableCharacter(CodingErrorAction.REPORT);
            decoder = by;
        }
        try {
            return by.decode(ByteBuffer.wrap(bytes, from, to - from)).toString();
        } catch (CharacterCodingException refused) {
            CharacterCodingException told = new MalformedLine(line + " is no text of charset=" + charset + " ("
                    + refused.getMessage() + "): name its charset, or have what is malformed replaced");
            told.initCause(refused);
            throw new UncheckedIOException(told);
        }
    }

    byte[] encode(String wanted) {
        return wanted.getBytes(charset);
    }

    static boolean isAscii(String wanted) {
        for (int at = 0; at < wanted.length(); at++) {
            if (wanted.charAt(at) >= 0x80) {
                return false;
            }
        }
        return true;
    }

    /** Behind the text, if it is what the bytes begin with, or -1. */
    int isAt(byte[] bytes, int from, int to, String wanted) {
        int length = wanted.length();
        if (isAscii(wanted)) {
            return length <= to - from && matchesAscii(bytes, from, wanted) ? from + length : -1;
        }
        byte[] encoded = encode(wanted);
        return encoded.length <= to - from
                        && Arrays.equals(bytes, from, from + encoded.length, encoded, 0, encoded.length)
                ? from + encoded.length
                : -1;
    }

    private static boolean matchesAscii(byte[] bytes, int from, String wanted) {
        for (int at = 0; at < wanted.length(); at++) {
            if (bytes[from + at] != wanted.charAt(at)) {
                return false;
            }
        }
        return true;
    }

    /** Where a text begins, or -1; the array has bytes to spare behind, as {@link ByteSearch#indexOfPair} wants them. */
    static int indexOfAscii(byte[] bytes, int from, int to, String wanted) {
        if (wanted.isEmpty()) {
            return from;
        }
        int gap = wanted.length() - 1;
        byte first = (byte) wanted.charAt(0);
        byte last = (byte) wanted.charAt(gap);
        int at = ByteSearch.indexOfPair(bytes, from, to - gap, first, last, gap);
        while (at >= 0 && !matchesAscii(bytes, at, wanted)) {
            at = ByteSearch.indexOfPair(bytes, at + 1, to - gap, first, last, gap);
        }
        return at;
    }

    /** As {@link #indexOfAscii}, of bytes. */
    static int indexOf(byte[] bytes, int from, int to, byte[] wanted) {
        int gap = wanted.length - 1;
        int at = ByteSearch.indexOfPair(bytes, from, to - gap, wanted[0], wanted[gap], gap);
        while (at >= 0 && !Arrays.equals(bytes, at, at + wanted.length, wanted, 0, wanted.length)) {
            at = ByteSearch.indexOfPair(bytes, at + 1, to - gap, wanted[0], wanted[gap], gap);
        }
        return at;
    }

    /** The beginning of a line for a message: whatever it is, it can be printed. */
    String excerpt(byte[] bytes, int from, int to) {
        StringBuilder printed = new StringBuilder();
        for (int at = from; at < Math.min(to, bytes.length); at++) {
            char c = (char) (bytes[at] & 0xff);
            if (c >= ' ' && c < 0x7f && c != '"' && c != '\\') {
                printed.append(c);
            } else {
                printed.append("\\x").append(Character.forDigit(c >> 4, 16)).append(Character.forDigit(c & 15, 16));
            }
        }
        return printed.toString();
    }

    /** One that has a message. */
    private static final class MalformedLine extends CharacterCodingException {
        private static final long serialVersionUID = 1L;

        /** What to say. */
        private final String message;

        MalformedLine(String message) {
            this.message = message;
        }

        @Override
        public String getMessage() {
            return message;
        }
    }
}
