package io.heapwise.streams;

import io.heapwise.streams.internal.ByteInput;
import io.heapwise.streams.internal.GzipInput;
import java.io.IOException;
import java.nio.file.Path;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jspecify.annotations.Nullable;

/** Where bytes are read from. A file can be opened as often as one likes, whatever else is given once. */
interface InputSource {
    /** Opens it; whoever calls this closes what is returned. */
    ByteInput open() throws IOException;

    /** The file, if it is one whose bytes are the input's own, so that it can be read anywhere. */
    default @Nullable Path file() {
        return null;
    }

    /** The same, unpacked. */
    default InputSource gzip(long maxBytes) {
        if (maxBytes < 1) {
            throw new IllegalArgumentException(
                    "maxBytes=" + maxBytes + " (expected >= 1): give how long the unpacked input may be");
        }
        InputSource packed = this;
        return new InputSource() {
            @Override
            public ByteInput open() throws IOException {
                return new GzipInput(packed.open(), maxBytes);
            }

            @Override
            public String toString() {
                return packed + " (gzip)";
            }
        };
    }

    static InputSource of(Path file) {
        return new InputSource() {
            @Override
            public ByteInput open() throws IOException {
                return ByteInput.of(file);
            }

            @Override
            public Path file() {
                return file;
            }

            @Override
            public String toString() {
                return file.toString();
            }
        };
    }

    static InputSource once(ByteInput input, String name) {
        AtomicBoolean isTaken = new AtomicBoolean();
        return new InputSource() {
            @Override
            public ByteInput open() {
                if (!isTaken.compareAndSet(false, true)) {
                    throw new IllegalStateException(
                            name
                                    + " has been read already (expected one reading of what can be read only once): open it again, or give a path");
                }
                return input;
            }

            @Override
            public String toString() {
                return name;
            }
        };
    }
}
