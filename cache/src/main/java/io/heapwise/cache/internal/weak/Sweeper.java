package io.heapwise.cache.internal.weak;

import java.lang.System.Logger.Level;
import java.lang.ref.ReferenceQueue;
import java.lang.ref.WeakReference;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jspecify.annotations.Nullable;

/**
 * The one thread that takes out of all stores what was collected, so that it goes without anybody writing.
 *
 * <p>Invariant: the thread {@code heapwise-weak} runs while a store is open and reachable, or an action waits, and ends soon after.
 * It keeps no store alive.
 */
final class Sweeper {
    /*
     * A link has no room to say which store it is of, so each store has a queue of its own, and a thread can wait on one only. This
     * one waits for a collection: it drops an object, the canary, whose reference is told of when a collection has found that. Then
     * it looks at the queues, each one volatile read when there is nothing in it. Those that the collection found may come a
     * moment later than the canary; so it looks again after a millisecond, and when there is nothing, after twice that, up to a
     * second. A collector that looks at the old objects without the young, as G1 does, does not find the canary: then that second
     * is the longest an entry stays.
     */

    /** The one of this JVM. */
    static final Sweeper SHARED = new Sweeper();

    static final String THREAD = "heapwise-weak";

    private static final System.Logger LOGGER = System.getLogger("io.heapwise.cache");
    private static final long SHORTEST_WAIT_MILLIS = 1;
    private static final long LONGEST_WAIT_MILLIS = 1_000;

    private final Set<Member> members = ConcurrentHashMap.newKeySet();
    private final AtomicBoolean isRunning = new AtomicBoolean();
    private final ReferenceQueue<Object> collections = new ReferenceQueue<>();
    private volatile WeakReference<Object> canary = newCanary();

    private Sweeper() {}

    /** From here on the store is looked after. */
    Member join(LinkStore store) {
        Member member = new Member(store);
        members.add(member);
        try {
            if (!isRunning.get() && isRunning.compareAndSet(false, true)) {
                start();
            }
        } catch (Throwable noThread) {
            isRunning.set(false);
            members.remove(member);
            throw noThread;
        }
        return member;
    }

    private void start() {
        Thread thread = new Thread(null, this::run, THREAD, 0, false);
        thread.setDaemon(true);
        thread.setContextClassLoader(null); // or that of whoever needed it first would live as long
        thread.start();
    }

    private void leave(Member member) {
        if (members.remove(member) && members.isEmpty()) {
            canary.enqueue(); // wakes the thread, which ends
        }
    }

    private void run() {
        long waitMillis = SHORTEST_WAIT_MILLIS;
        do {
            while (!members.isEmpty()) {
                try {
                    if (collections.remove(waitMillis) != null) {
                        canary = newCanary();
                        waitMillis = SHORTEST_WAIT_MILLIS;
                    }
                    waitMillis = sweep() ? SHORTEST_WAIT_MILLIS : Math.min(2 * waitMillis, LONGEST_WAIT_MILLIS);
                } catch (InterruptedException nobodysBusiness) {
                    // The thread is the library's own: who interrupts it means another.
                } catch (Throwable broken) {
                    waitMillis = LONGEST_WAIT_MILLIS;
                    warn(broken);
                }
            }
            isRunning.set(false);
        } while (!members.isEmpty() && isRunning.compareAndSet(false, true));
    }

    /** An error here would end the thread for good, and where memory is out to log it may fail too. */
    private static void warn(Throwable broken) {
        try {
            LOGGER.log(Level.WARNING, "Taking out collected entries failed; tried again", broken);
        } catch (Throwable unsaid) {
            // The thread goes on.
        }
    }

    /** Whether anything was found. */
    private boolean sweep() {
        boolean isAnyFound = false;
        for (Member member : members) {
            isAnyFound |= member.sweep();
        }
        return isAnyFound;
    }

    private WeakReference<Object> newCanary() {
        return new WeakReference<>(new Object(), collections);
    }

    /** One store, or the actions it left behind. Invariant: holds the actions, not the store. */
    static final class Member extends WeakReference<LinkStore> {
        private final Watches watches;

        private Member(LinkStore store) {
            super(store);
            this.watches = store.watches;
        }

        /** The store is closed and nothing waits any more. */
        void leave() {
            SHARED.leave(this);
        }

        boolean sweep() {
            LinkStore store = get();
            return store == null ? sweepActions() : store.takeOutCollected() > 0;
        }

        private boolean sweepActions() {
            if (watches.isEmpty()) {
                leave();
                return false;
            }
            @Nullable Object gone = watches.queue.poll();
            boolean isAnyFound = gone != null;
            while (gone instanceof java.lang.ref.Reference<?> reference) {
                watches.runFor(reference);
                gone = watches.queue.poll();
            }
            return isAnyFound;
        }
    }
}
