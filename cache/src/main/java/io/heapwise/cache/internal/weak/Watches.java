package io.heapwise.cache.internal.weak;

import static java.util.Objects.requireNonNull;

import java.lang.System.Logger.Level;
import java.lang.ref.Reference;
import java.lang.ref.ReferenceQueue;
import java.util.Iterator;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executor;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;

/**
 * The actions that wait for values of one cache to be collected, and the queue that tells of these.
 *
 * <p>Invariant: a link is in the map exactly while an action waits for its value, whether or not it is still in a table. Nothing
 * here refers to the cache: actions outlive it, and do not keep it alive.
 */
final class Watches {
    private static final System.Logger LOGGER = System.getLogger("io.heapwise.cache");

    final ReferenceQueue<Object> queue = new ReferenceQueue<>();

    private final String name;
    private final Executor executor;

    /** A link that nobody holds is never told of; made with the first action. */
    private final AtomicReference<@Nullable ConcurrentHashMap<Link, Watch>> byLink = new AtomicReference<>();

    Watches(String name, Executor executor) {
        this.name = name;
        this.executor = executor;
    }

    /** Waits for the value of a link, which the caller keeps alive meanwhile. */
    void add(Link link, Watch watch) {
        watch.link = link;
        map().compute(link, (same, first) -> {
            if (first == null) {
                return watch;
            }
            Watch last = first;
            while (last.next != null) {
                last = last.next;
            }
            last.next = watch;
            return first;
        });
    }

    /** Waits no more. */
    void forget(Watch watch) {
        ConcurrentHashMap<Link, Watch> watches = byLink.get();
        if (watches == null || watch.link == null) {
            return;
        }
        watches.computeIfPresent(watch.link, (same, first) -> {
            if (first == watch) {
                return watch.next;
            }
            for (Watch before = first; before.next != null; before = before.next) {
                if (before.next == watch) {
                    before.next = watch.next;
                    break;
                }
            }
            return first;
        });
    }

    /** Runs what waits for this reference, if anything does. */
    void runFor(Reference<?> gone) {
        ConcurrentHashMap<Link, Watch> watches = byLink.get();
        Watch first = watches != null && gone instanceof Link link ? watches.remove(link) : null;
        for (Watch watch = first; watch != null; watch = watch.next) {
            start(watch);
        }
    }

    /** Runs an action on the executor, if it has not been run or given up. */
    void start(Watch watch) {
        Runnable action = watch.claim();
        if (action != null) {
            try {
                executor.execute(() -> run(action));
            } catch (Throwable refused) {
                log("The executor of " + name + " refused an action, which is run by its caller", refused);
                run(action);
            }
        }
    }

    /** Runs all that wait, on the calling thread. */
    void runAll() {
        ConcurrentHashMap<Link, Watch> watches = byLink.get();
        if (watches == null) {
            return;
        }
        for (Iterator<Link> links = watches.keySet().iterator(); links.hasNext(); ) {
            for (Watch watch = watches.remove(links.next()); watch != null; watch = watch.next) {
                Runnable action = watch.claim();
                if (action != null) {
                    run(action);
                }
            }
        }
    }

    boolean isEmpty() {
        ConcurrentHashMap<Link, Watch> watches = byLink.get();
        return watches == null || watches.isEmpty();
    }

    /** How many actions wait. */
    int size() {
        ConcurrentHashMap<Link, Watch> watches = byLink.get();
        int[] count = {0};
        if (watches != null) {
            for (Link link : watches.keySet()) {
                watches.computeIfPresent(link, (same, first) -> {
                    for (Watch watch = first; watch != null; watch = watch.next) {
                        count[0]++;
                    }
                    return first;
                });
            }
        }
        return count[0];
    }

    private void run(Runnable action) {
        try {
            action.run();
        } catch (Throwable thrown) {
            log("An action of " + name + " for a collected value failed", thrown);
        }
    }

    private static void log(String what, Throwable thrown) {
        try {
            LOGGER.log(Level.WARNING, what, thrown);
        } catch (Throwable alsoThrown) {
            // A logger that throws must not keep other actions from being run.
        }
    }

    private ConcurrentHashMap<Link, Watch> map() {
        ConcurrentHashMap<Link, Watch> watches = byLink.get();
        if (watches == null) {
            byLink.compareAndSet(null, new ConcurrentHashMap<>());
            watches = byLink.get();
        }
        return requireNonNull(watches);
    }
}
