package io.heapwise.cache.internal.sizing;

import io.heapwise.cache.EntrySizer;
import java.util.Objects;

/** The sizer behind {@link EntrySizer#standard()}: key and value are measured apart. What it learns of a class
 * is kept with the class: see {@link DeepParts}. */
public final class StandardSizer implements EntrySizer<Object, Object> {
    /** The only instance. */
    public static final StandardSizer INSTANCE = new StandardSizer();

    private StandardSizer() {}

    @Override
    public long sizeOfBytes(Object key, Object value) {
        Objects.requireNonNull(key, "key");
        Objects.requireNonNull(value, "value");
        return Bytes.plus(ObjectSizes.bytes(key), ObjectSizes.bytes(value));
    }

    @Override
    public String toString() {
        return "EntrySizer.standard()";
    }
}
