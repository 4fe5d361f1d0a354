package io.heapwise.streams;

import io.heapwise.streams.internal.ByteInput;
import java.io.IOException;
import java.nio.file.Path;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jspecify.annotations.Nullable;

/** Where lines are read from. A file can be opened as often as one likes, whatever else is given once. */
interface LineSource {
    /** Opens it; whoever calls this closes what is returned. */
    ByteInput open() throws IOException;

    /** The file, if it is one whose bytes are the lines' own, so that it can be read anywhere. */
    default @Nullable Path file() {
        return null;
    }

    static LineSource of(Path file) {
        return new LineSource() {
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

    static LineSource once(ByteInput input, String name) {
        AtomicBoolean isTaken = new AtomicBoolean();
        return new LineSource() {
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
