package io.heapwise.cache;

/**
 * An object that knows how many bytes it keeps alive.
 *
 * <p>A key or a value that implements this is believed, whatever it says, and nothing beneath it is looked at. It is
 * how an application class tells {@link EntrySizer#standard()} what that cannot see or would see wrongly: behind a
 * module that is not open, in objects that lock, or shared with others.
 *
 * @since 0.1.0
 */
public interface SelfSized {
    /**
     * Returns the heap bytes that would be freed if this object became unreachable: the object itself and all it alone
     * refers to.
     *
     * <p>A cache asks when an entry is written, on the writing thread, outside its locks; it does not ask again when
     * the object grows later. It may ask twice for one write, and asks objects further down only now and then. So this
     * should be cheap and must be safe to call from any thread that may write the object into a cache.
     *
     * @return bytes, zero or more; a negative answer or an exception fails the write with an {@link
     *     IllegalStateException} that names the class
     */
    long sizeBytes();
}
