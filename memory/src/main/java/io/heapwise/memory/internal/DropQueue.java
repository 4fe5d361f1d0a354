package io.heapwise.memory.internal;

import io.heapwise.memory.Subscription;
import java.lang.System.Logger.Level;
import java.lang.ref.PhantomReference;
import java.lang.ref.ReferenceQueue;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicBoolean;

/**
 * Runs an action once an object can't be reached any more. Invariant: of an action and the closing of its subscription exactly
 * one takes effect, and while anything is watched the one thread runs that looks after it.
 *
 * <p>Thread-safe. Unlike {@link java.lang.ref.Cleaner} it has no list under one lock, and its thread ends when there is nothing to
 * watch, so that it keeps no class loader.
 */
public final class DropQueue {
    /** The one of this JVM. */
    public static final DropQueue SHARED = new DropQueue();

    private static final System.Logger LOGGER = System.getLogger("io.heapwise.memory");
    private static final long IDLE_MILLIS = 1_000;

    private final ReferenceQueue<Object> queue = new ReferenceQueue<>();
    /** A reference is told of only while it is reachable itself. */
    private final Set<Watch> watches = ConcurrentHashMap.newKeySet();

    private final AtomicBoolean isRunning = new AtomicBoolean();

    private DropQueue() {}

    /**
     * Watches an object.
     *
     * @param handle the object, not reachable from the action
     * @param action what to do, on the queue's thread, soon after a collection has found the object dropped
     * @return closed to watch no more
     */
    public Subscription watch(Object handle, Runnable action) {
        Watch watch = new Watch(handle, action);
        watches.add(watch);
        if (!isRunning.get() && isRunning.compareAndSet(false, true)) {
            new DaemonThreads("heapwise-leaks").newThread(this::run).start();
        }
        return watch;
    }

    private void run() {
        do {
            while (!watches.isEmpty()) {
                try {
                    if (queue.remove(IDLE_MILLIS) instanceof Watch watch && watches.remove(watch)) {
                        watch.action.run();
                    }
                } catch (InterruptedException nobodysBusiness) {
                    // The thread is the library's own: who interrupts it means another.
                } catch (Throwable broken) {
                    warn(broken);
                }
            }
            isRunning.set(false);
        } while (!watches.isEmpty() && isRunning.compareAndSet(false, true));
    }

    /** An error here would end the thread for good, and where memory is out to log it may fail too. */
    private static void warn(Throwable broken) {
        try {
            LOGGER.log(Level.WARNING, "An action for a dropped object failed", broken);
        } catch (Throwable unsaid) {
            // The thread goes on.
        }
    }

    private final class Watch extends PhantomReference<Object> implements Subscription {
        private final Runnable action;

        Watch(Object handle, Runnable action) {
            super(handle, queue);
            this.action = action;
        }

        @Override
        public void close() {
            if (watches.remove(this)) {
                clear();
            }
        }
    }
}
