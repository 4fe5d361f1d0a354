package io.heapwise.streams;

import java.util.NoSuchElementException;
import java.util.function.LongFunction;

/** Items by their index, which can be made to fail, and which notes how it is treated. For one thread at a time. */
final class ScriptedIterator<T> implements CloseableIterator<T> {
    private final long count;
    private final LongFunction<T> itemAt;
    private long failAt = -1;
    private RuntimeException failureOfClose;
    private boolean isInUse;

    /** How many items have been read. */
    volatile long read;

    /** How often it has been closed. */
    volatile int closes;

    ScriptedIterator(long count, LongFunction<T> itemAt) {
        this.count = count;
        this.itemAt = itemAt;
    }

    static ScriptedIterator<Integer> ofNumbers(long count) {
        return new ScriptedIterator<>(count, index -> (int) index);
    }

    ScriptedIterator<T> failingAt(long index) {
        failAt = index;
        return this;
    }

    ScriptedIterator<T> failingToClose(RuntimeException failure) {
        failureOfClose = failure;
        return this;
    }

    @Override
    public boolean hasNext() {
        enter();
        isInUse = false;
        return read < count;
    }

    @Override
    public T next() {
        enter();
        try {
            if (read == failAt) {
                throw new SourceFailure("source at " + read);
            }
            if (read >= count) {
                throw new NoSuchElementException();
            }
            return itemAt.apply(read++);
        } finally {
            isInUse = false;
        }
    }

    private void enter() {
        if (isInUse) {
            throw new AssertionError("used by two at a time");
        }
        if (closes > 0) {
            throw new AssertionError("used after it was closed");
        }
        isInUse = true;
    }

    @Override
    public void close() {
        closes++;
        if (failureOfClose != null) {
            throw failureOfClose;
        }
    }

    static final class SourceFailure extends RuntimeException {
        private static final long serialVersionUID = 1L;

        SourceFailure(String message) {
            super(message);
        }
    }
}
