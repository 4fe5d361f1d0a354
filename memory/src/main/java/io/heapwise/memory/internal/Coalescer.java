package io.heapwise.memory.internal;

import java.lang.System.Logger.Level;
import java.util.concurrent.Executor;

/**
 * Runs an action on an executor after signals. Invariant: one run at a time, at most one waiting, and after the last
 * signal at least one run starts, unless the executor refuses.
 *
 * <p>Each run happens before the next, so the action needs no locks for what it alone touches. Signalling never throws;
 * what the action or the executor throws is logged once and the next signal tries again.
 */
public final class Coalescer implements Runnable {
    private enum Phase {
        IDLE,
        QUEUED,
        QUEUED_AGAIN
    }

    private static final System.Logger LOGGER = System.getLogger("io.heapwise.memory");

    private final String name;
    private final Executor executor;
    private final Runnable action;
    private Phase phase = Phase.IDLE;
    private boolean reported;

    /**
     * Creates an idle one.
     *
     * @param name what runs, for the log
     * @param executor where it runs
     * @param action what runs
     */
    public Coalescer(String name, Executor executor, Runnable action) {
        this.name = name;
        this.executor = executor;
        this.action = action;
    }

    /** Asks for a run. */
    public void signal() {
        if (idleToQueued()) {
            submit();
        }
    }

    @Override
    public void run() {
        try {
            action.run();
        } catch (Throwable thrown) {
            report(thrown);
        }
        if (queuedToNext()) {
            submit();
        }
    }

    private synchronized boolean idleToQueued() {
        if (phase == Phase.IDLE) {
            phase = Phase.QUEUED;
            return true;
        }
        phase = Phase.QUEUED_AGAIN;
        return false;
    }

    /** Ends a run; the monitor orders it before the next one. */
    private synchronized boolean queuedToNext() {
        boolean again = phase == Phase.QUEUED_AGAIN;
        phase = again ? Phase.QUEUED : Phase.IDLE;
        return again;
    }

    private synchronized void refused() {
        phase = Phase.IDLE;
    }

    private void submit() {
        try {
            executor.execute(this);
        } catch (Throwable thrown) {
            refused();
            report(thrown);
        }
    }

    private void report(Throwable thrown) {
        if (reported) {
            return;
        }
        reported = true;
        try {
            LOGGER.log(Level.WARNING, "Running " + name + " failed; later failures of it are not logged", thrown);
        } catch (Throwable alsoThrown) {
            // Likely no memory to log with.
        }
    }
}
