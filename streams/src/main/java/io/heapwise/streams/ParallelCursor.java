package io.heapwise.streams;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.NoSuchElementException;
import java.util.concurrent.CancellationException;
import java.util.concurrent.Executor;
import java.util.function.Function;
import java.util.function.ToLongFunction;
import org.jspecify.annotations.Nullable;

/**
 * Hands out the results of work on chunks, in the order of the chunks. Invariant: the chunks begun and not yet dealt with by the consumer
 * weigh no more than the maximum together, or there is one alone; the consumer's thread alone touches the source.
 *
 * <p>For one thread at a time.
 */
final class ParallelCursor<T extends @Nullable Object, R extends @Nullable Object> implements ChunkIterator<R> {
    /*
     * The consumer's thread does three things when it asks for a result. It starts one chunk for the one it has had. While the result
     * it needs is not there it starts more, up to the limits. Then it waits, or does the work itself if nobody has begun.
     *
     * So an executor that runs each task at once has one chunk in memory, and a slow one as many as there may be; and a result that
     * is ready is held up by the reading of one chunk at most. The bytes of a result are freed when the next one is asked for, not
     * when it is handed out: until then the consumer has it, and most likely what it was made of.
     */

    /** What is done with each chunk, and how much of it at a time. */
    record Plan<T extends @Nullable Object, R extends @Nullable Object>(
            int workers,
            long maxBytesInFlight,
            ToLongFunction<? super List<T>> bytesOf,
            Function<? super List<T>, ? extends R> work,
            Executor executor) {}

    /** Chunks started and not taken, for each worker: the one it works on, and one that is finished or comes next. */
    private static final int CHUNKS_A_WORKER = 2;

    private final ChunkCursor<T> source;
    private final Plan<T, R> plan;
    private final int maxChunks;
    private final ChunkCrew crew;
    private final ChunkProgress progress;

    private final ArrayDeque<ChunkTask<T, R>> inOrder = new ArrayDeque<>();
    private @Nullable ChunkTask<T, R> heldBack;
    private @Nullable Throwable sourceFailure;
    private long bytesInFlight;
    private long bytesHandedOut;
    private boolean isHandedOut;
    private long items;
    private boolean isBusy;
    private boolean isClosed;

    ParallelCursor(ChunkCursor<T> source, Plan<T, R> plan, Chunks.@Nullable Progress progress) {
        this.source = source;
        this.plan = plan;
        this.maxChunks = (int) Math.min(Integer.MAX_VALUE, (long) CHUNKS_A_WORKER * plan.workers());
        this.crew = new ChunkCrew(plan.workers(), plan.executor());
        this.progress = new ChunkProgress(progress);
        this.items = source.itemsSeen();
    }

    // ---- the consumer ----------------------------------------------------------------------------------------------

    @Override
    public boolean hasNext() {
        if (isClosed) {
            return false;
        }
        enter();
        try {
            progress.report();
            dealtWith();
            if (!inOrder.isEmpty() || sourceFailure != null) {
                return true;
            }
        } catch (Throwable failure) {
            endAfter(failure);
            throw failure;
        } finally {
            isBusy = false;
        }
        end();
        return false;
    }

    @Override
    public R next() {
        if (!hasNext()) {
            throw new NoSuchElementException("there are no more results");
        }
        enter();
        try {
            R result = take();
            progress.handedOut(items);
            return result;
        } catch (Throwable failure) {
            endAfter(failure);
            throw failure;
        } finally {
            isBusy = false;
        }
    }

    /** The consumer has asked for more: what it had is dealt with, and one is started for it. */
    private void dealtWith() {
        if (isHandedOut || inOrder.isEmpty()) {
            bytesInFlight -= bytesHandedOut;
            bytesHandedOut = 0;
            isHandedOut = false;
            var unused = startOne();
        }
    }

    private R take() {
        ChunkTask<T, R> first = inOrder.peek();
        if (first == null) {
            throw ChunkTask.toThrow(sourceFailure);
        }
        boolean isMore = true;
        while (isMore && !first.isDone()) {
            isMore = startOne();
        }
        if (!first.isDone() && !Thread.currentThread().isInterrupted()) {
            crew.help(first);
        }
        if (!first.await()) {
            throw new CancellationException("interrupted while waiting for the result of chunk=" + progress.chunks()
                    + " (expected no interrupt): the work is given up");
        }
        inOrder.remove();
        bytesHandedOut = first.bytes;
        isHandedOut = true;
        R result = first.result();
        items = first.itemsBehind;
        return result;
    }

    // ---- the source ------------------------------------------------------------------------------------------------

    /** Starts the work on one more chunk; false when there is none, or no room for it now. */
    private boolean startOne() {
        if (inOrder.size() >= maxChunks) {
            return false;
        }
        ChunkTask<T, R> next = heldBack;
        if (next == null) {
            if (bytesInFlight >= plan.maxBytesInFlight() && !inOrder.isEmpty()) {
                return false; // not read either: what is read is in memory, whether it is begun or not
            }
            next = read();
            if (next == null) {
                return false;
            }
        }
        if (next.bytes > plan.maxBytesInFlight() - bytesInFlight && !inOrder.isEmpty()) {
            heldBack = next;
            return false;
        }
        heldBack = null;
        inOrder.add(next);
        bytesInFlight += next.bytes;
        crew.add(next);
        return true;
    }

    /** Reads a chunk; null when there is none. A failure is kept until the results of all chunks before it have been taken. */
    private @Nullable ChunkTask<T, R> read() {
        try {
            if (sourceFailure != null || !source.hasNext()) {
                return null;
            }
            List<T> chunk = source.next();
            long bytes = plan.bytesOf().applyAsLong(chunk);
            if (bytes < 0) {
                throw new IllegalArgumentException("bytes=" + bytes + " of chunk=" + (source.chunksSeen() - 1)
                        + " (expected >= 0): let bytesOf give what the work on the chunk takes");
            }
            return new ChunkTask<>(chunk, source.itemsSeen(), bytes, plan.work());
        } catch (Throwable failure) {
            sourceFailure = failure;
            ChunkCursor.closeAfter(failure, source);
            return null;
        }
    }

    private void enter() {
        if (isBusy) {
            throw new IllegalStateException(
                    "the iterator is in use (expected one call at a time): let functions given to Chunks not call it");
        }
        isBusy = true;
    }

    // ---- the end ---------------------------------------------------------------------------------------------------

    @Override
    public long itemsSeen() {
        return items;
    }

    @Override
    public long chunksSeen() {
        return progress.chunks();
    }

    @Override
    public void close() {
        if (!isClosed) {
            enter(); // from inside the work it would wait for itself
            isBusy = false;
            end();
        }
    }

    private void end() {
        isClosed = true;
        try {
            stopWork();
        } finally {
            source.close(); // not before: the work may need what the source keeps open
        }
    }

    private void endAfter(Throwable failure) {
        try {
            end();
        } catch (Throwable ending) {
            if (ending != failure) { // nobody may suppress itself
                failure.addSuppressed(ending);
            }
        }
    }

    /** Takes back what has not begun, and waits for the rest. */
    private void stopWork() {
        List<ChunkTask<T, R>> begun = new ArrayList<>(inOrder);
        inOrder.clear();
        heldBack = null;
        bytesInFlight = 0;
        bytesHandedOut = 0;
        isHandedOut = false;
        begun.removeIf(crew::cancel);
        // All are taken back before one is waited for. An interrupt ends the waiting for all of them at once, as it
        // stays set.
        begun.removeIf(ChunkTask::await);
        if (!begun.isEmpty()) {
            throw new CancellationException("interrupted while chunks=" + begun.size()
                    + " are still being worked on (expected no interrupt): their results are dropped");
        }
    }

    /** Throws unless the invariants hold. */
    void checkIntegrity() {
        source.checkIntegrity();
        crew.checkIntegrity();
        long bytes = bytesHandedOut;
        for (ChunkTask<T, R> task : inOrder) {
            bytes += task.bytes;
        }
        boolean isAlone = inOrder.size() + (isHandedOut ? 1 : 0) <= 1;
        if (bytes != bytesInFlight || (bytes > plan.maxBytesInFlight() && !isAlone)) {
            throw new IllegalStateException("bytesInFlight=" + bytesInFlight + " (expected " + bytes + ", <= "
                    + plan.maxBytesInFlight() + " unless of one chunk)");
        }
        if (inOrder.size() > maxChunks || (isClosed && !inOrder.isEmpty())) {
            throw new IllegalStateException(
                    "started=" + inOrder.size() + " (expected <= " + maxChunks + ", 0 when closed)");
        }
    }
}
