package io.heapwise.streams;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.CharBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.Charset;
import java.nio.charset.CharsetEncoder;
import java.nio.charset.CoderResult;
import java.nio.charset.CodingErrorAction;

/** Encodes whole texts into a buffer, which it has emptied when it is full. */
final class LineEncoder {
    /** Empties the buffer. */
    @FunctionalInterface
    interface Emptying {
        void empty() throws IOException;
    }

    private final CharsetEncoder encoder;

    LineEncoder(Charset charset, CodingErrorAction malformed) {
        encoder = charset.newEncoder().onMalformedInput(malformed).onUnmappableCharacter(malformed);
    }

    void encode(CharSequence text, ByteBuffer buffer, Emptying emptying) throws IOException {
        CharBuffer in = CharBuffer.wrap(text);
        encoder.reset();
        while (true) {
            CoderResult result = encoder.encode(in, buffer, true);
            if (result.isUnderflow()) {
                break;
            }
            if (result.isError()) {
                CharacterCodingException refused = new UnencodableText("text index=" + in.position() + " "
                        + result + " (expected what charset=" + encoder.charset()
                        + " can encode): choose UTF-8, or have it replaced");
                throw refused;
            }
            emptying.empty();
        }
        while (encoder.flush(buffer).isOverflow()) {
            emptying.empty();
        }
    }

    /** One that has a message. */
    private static final class UnencodableText extends CharacterCodingException {
        private static final long serialVersionUID = 1L;

        /** What to say. */
        private final String message;

        UnencodableText(String message) {
            this.message = message;
        }

        @Override
        public String getMessage() {
            return message;
        }
    }
}
