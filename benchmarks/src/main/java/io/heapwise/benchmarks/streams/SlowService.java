package io.heapwise.benchmarks.streams;

import io.heapwise.streams.Page;
import java.lang.ref.WeakReference;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;

/**
 * A service whose pages take their time, and what is done with its items, which takes its own. Invariant: each fetch and each page is
 * written down with the time that it really took, so a timer that wakes late is nobody's fault.
 */
final class SlowService {
    private static final int PAGE_ITEMS = 100;

    /** An object of its own: while one is reachable, so is something of its page. */
    static final class Item {
        final int page;
        final boolean isFirstOfPage;

        Item(int page, boolean isFirstOfPage) {
            this.page = page;
            this.isFirstOfPage = isFirstOfPage;
        }
    }

    private final long fetchNanos;
    private final long processNanos;
    private final boolean countsAlive;
    private final long[] fetchedNanos;
    private final long[] processedNanos;
    private final Queue<WeakReference<Item>> lastItems = new ConcurrentLinkedQueue<>();
    private final AtomicInteger mostAlive = new AtomicInteger();
    private int itemsTaken;

    /** With {@code countsAlive} there is a collection at each page, after which the times say nothing. */
    SlowService(int pages, long fetchNanos, long processNanos, boolean countsAlive) {
        this.fetchNanos = fetchNanos;
        this.processNanos = processNanos;
        this.countsAlive = countsAlive;
        fetchedNanos = new long[pages];
        processedNanos = new long[pages];
    }

    /** The token is the number of a page. */
    Page<Item> fetch(@Nullable String token) {
        long start = System.nanoTime();
        int page = token == null ? 0 : Integer.parseInt(token);
        List<Item> items = new ArrayList<>(PAGE_ITEMS);
        for (int index = 0; index < PAGE_ITEMS; index++) {
            items.add(new Item(page, index == 0));
        }
        parkUntil(start + fetchNanos);
        if (countsAlive) {
            lastItems.add(new WeakReference<>(items.get(PAGE_ITEMS - 1)));
            countAlive();
        }
        Page<Item> fetched = Page.of(items, page + 1 < fetchedNanos.length ? Integer.toString(page + 1) : null);
        fetchedNanos[page] = System.nanoTime() - start;
        return fetched;
    }

    /** A page is processed with its first item. */
    void take(Item item) {
        if (item.isFirstOfPage) {
            long start = System.nanoTime();
            parkUntil(start + processNanos);
            if (countsAlive) {
                countAlive();
            }
            processedNanos[item.page] = System.nanoTime() - start;
        }
        itemsTaken++;
    }

    private static void parkUntil(long deadlineNanos) {
        for (long left = deadlineNanos - System.nanoTime(); left > 0; left = deadlineNanos - System.nanoTime()) {
            LockSupport.parkNanos(left);
        }
    }

    private void countAlive() {
        System.gc();
        int alive = 0;
        for (WeakReference<Item> last : lastItems) {
            alive += last.refersTo(null) ? 0 : 1;
        }
        mostAlive.accumulateAndGet(alive, Math::max);
    }

    int mostAlive() {
        return mostAlive.get();
    }

    long[] fetchedNanos() {
        return fetchedNanos.clone();
    }

    long[] processedNanos() {
        return processedNanos.clone();
    }

    /** After a walk: all that there was came, and nothing twice. */
    void checkAllTaken() {
        if (itemsTaken != fetchedNanos.length * PAGE_ITEMS) {
            throw new IllegalStateException("itemsTaken=" + itemsTaken + " (expected "
                    + fetchedNanos.length * PAGE_ITEMS + "): a contestant lost some or gave some twice");
        }
    }
}
