package io.heapwise.memory;

import java.lang.System.Logger.Level;
import java.lang.ref.WeakReference;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * A listener registry that is hard to leak from. Invariant: a listener is called at most once for each of its
 * registrations that are open, and a listener that throws never keeps the others from being called.
 *
 * <p>Adding gives a handle, so nobody needs the identity of a lambda to take it out again. Past a bound the registry
 * warns once, since listeners that only ever grow in number are a leak. {@link #addWeak} holds a listener only as long as
 * somebody else does.
 *
 * <p>Thread-safe. {@link #forEach} walks a snapshot without a lock, in the order of registration; adding and closing copy
 * the list, O(n). Listeners may add and close from within a call; a change shows from the next walk on.
 *
 * @param <L> the listener's type
 * @since 0.1.0
 */
public final class Listeners<L> {
    /** Past this many listeners a registry warns, unless told otherwise. */
    public static final int DEFAULT_WARNING_BOUND = 10;

    private static final System.Logger LOGGER = System.getLogger("io.heapwise.memory");

    private final String name;
    private final int warningBound;
    private final AtomicBoolean warned = new AtomicBoolean();
    private volatile List<Entry<L>> entries = List.of();

    private Listeners(String name, int warningBound) {
        this.name = name;
        this.warningBound = warningBound;
    }

    /**
     * A registry that warns past {@value #DEFAULT_WARNING_BOUND} listeners.
     *
     * @param name what is listened to, for the warning
     * @param <L> the listener's type
     * @return an empty registry
     */
    public static <L> Listeners<L> named(String name) {
        return named(name, DEFAULT_WARNING_BOUND);
    }

    /**
     * A registry that warns past a bound of one's own.
     *
     * @param name what is listened to, for the warning
     * @param warningBound how many listeners are still usual, at least 1
     * @param <L> the listener's type
     * @return an empty registry
     * @throws IllegalArgumentException if the bound is below 1
     */
    public static <L> Listeners<L> named(String name, int warningBound) {
        Objects.requireNonNull(name, "name");
        if (warningBound < 1) {
            throw new IllegalArgumentException(
                    "warningBound=" + warningBound + " (expected >= 1): use Integer.MAX_VALUE to be never warned");
        }
        return new Listeners<>(name, warningBound);
    }

    /**
     * Adds a listener. Adding the same one twice makes two registrations.
     *
     * @param listener whom to call
     * @return the handle that takes exactly this registration out
     */
    public Subscription add(L listener) {
        return add(new Entry<>(Objects.requireNonNull(listener, "listener"), false));
    }

    /**
     * Adds a listener that goes by itself when nobody else holds it any more. A lambda that nobody keeps is gone at the
     * next collection: keep it in a field.
     *
     * @param listener whom to call while it is alive
     * @return the handle; holding it does not hold the listener
     */
    public Subscription addWeak(L listener) {
        return add(new Entry<>(Objects.requireNonNull(listener, "listener"), true));
    }

    /**
     * Calls every listener, in the order of registration. What a listener throws is logged, once a registration.
     *
     * @param call how to call one
     */
    public void forEach(Consumer<? super L> call) {
        Objects.requireNonNull(call, "call");
        boolean anyGone = false;
        for (Entry<L> entry : entries) {
            L listener = entry.listener();
            if (listener == null) {
                anyGone = true;
            } else if (!entry.closed) {
                callOne(call, entry, listener);
            }
        }
        if (anyGone) {
            expunge();
        }
    }

    /**
     * How many registrations are open, those of dead weak listeners not counted.
     *
     * @return the count
     */
    public int size() {
        int live = 0;
        for (Entry<L> entry : entries) {
            live += entry.listener() != null ? 1 : 0;
        }
        return live;
    }

    boolean hasWarned() {
        return warned.get();
    }

    private Subscription add(Entry<L> entry) {
        int size;
        synchronized (this) {
            List<Entry<L>> next = living();
            next.add(entry);
            entries = List.copyOf(next);
            size = next.size();
        }
        if (size > warningBound && warned.compareAndSet(false, true)) {
            LOGGER.log(
                    Level.WARNING,
                    "{0} has {1} listeners (expected <= {2}): close what add() returned, or raise the bound",
                    name,
                    size,
                    warningBound);
        }
        return Subscription.of(() -> remove(entry));
    }

    private synchronized void remove(Entry<L> entry) {
        entry.closed = true;
        List<Entry<L>> next = living();
        next.remove(entry);
        entries = List.copyOf(next);
    }

    private synchronized void expunge() {
        entries = List.copyOf(living());
    }

    private List<Entry<L>> living() {
        List<Entry<L>> next = new ArrayList<>(entries.size() + 1);
        for (Entry<L> entry : entries) {
            if (entry.listener() != null) {
                next.add(entry);
            }
        }
        return next;
    }

    private void callOne(Consumer<? super L> call, Entry<L> entry, L listener) {
        try {
            call.accept(listener);
        } catch (Throwable thrown) {
            // Throwable, not Exception: the next listener may be the one that frees memory after an OutOfMemoryError.
            if (!entry.reported) {
                entry.reported = true;
                report(thrown);
            }
        }
    }

    private void report(Throwable thrown) {
        try {
            LOGGER.log(Level.WARNING, "A listener of " + name + " failed; later failures of it are not logged", thrown);
        } catch (Throwable alsoThrown) {
            // A logger that throws is one more listener that throws.
        }
    }

    @Override
    public String toString() {
        return "Listeners[" + name + ", size=" + size() + "]";
    }

    /** One registration. Invariant: holds its listener either strongly or weakly, never both. */
    private static final class Entry<L> {
        private final @Nullable L strong;
        private final @Nullable WeakReference<L> weak;
        volatile boolean closed;
        volatile boolean reported;

        Entry(L listener, boolean weakly) {
            strong = weakly ? null : listener;
            weak = weakly ? new WeakReference<>(listener) : null;
        }

        @Nullable L listener() {
            return weak == null ? strong : weak.get();
        }
    }
}
