package io.heapwise.streams;

import java.util.Objects;
import java.util.function.Function;

/**
 * Writes the keys of keyset pages, so that there can be checkpoints.
 *
 * @param <K> the keys
 * @since 0.1.0
 */
public interface KeyCodec<K> {
    /**
     * Writes a key.
     *
     * @param key a key
     * @return any text that {@link #read} understands
     */
    String write(K key);

    /**
     * Reads what {@link #write} has written.
     *
     * @param text the text
     * @return a key equal to the one that was written
     * @throws IllegalArgumentException if it is none
     */
    K read(String text);

    /**
     * A codec of two functions: {@code KeyCodec.of(Object::toString, Long::valueOf)}.
     *
     * @param write writes a key
     * @param read reads it again
     * @param <K> the keys
     * @return a codec
     */
    static <K> KeyCodec<K> of(Function<? super K, String> write, Function<String, ? extends K> read) {
        Objects.requireNonNull(write, "write");
        Objects.requireNonNull(read, "read");
        return new KeyCodec<>() {
            @Override
            public String write(K key) {
                return write.apply(key);
            }

            @Override
            public K read(String text) {
                return read.apply(text);
            }
        };
    }
}
