package io.heapwise.pools;

import java.lang.reflect.InvocationTargetException;
import java.util.concurrent.Callable;
import java.util.concurrent.FutureTask;
import java.util.function.BooleanSupplier;

/** Threads that borrow: the platform's, and virtual ones where the JDK has them. */
public enum Borrowers {
    PLATFORM {
        @Override
        Thread start(Runnable task) {
            Thread thread = new Thread(task, "borrower");
            thread.setDaemon(true);
            thread.start();
            return thread;
        }
    },
    VIRTUAL {
        @Override
        Thread start(Runnable task) {
            try {
                return (Thread) Thread.class
                        .getMethod("startVirtualThread", Runnable.class)
                        .invoke(null, task);
            } catch (NoSuchMethodException older) {
                return PLATFORM.start(task);
            } catch (IllegalAccessException | InvocationTargetException e) {
                throw new AssertionError(e);
            }
        }
    };

    abstract Thread start(Runnable task);

    /** Starts a thread that computes something, to be waited for. */
    public <V> Running<V> call(Callable<V> task) {
        FutureTask<V> result = new FutureTask<>(task);
        return new Running<>(start(result), result);
    }

    public record Running<V>(Thread thread, FutureTask<V> result) {}

    /** Waits for something that is bound to happen; the test's own timeout ends it if it does not. */
    public static void await(BooleanSupplier condition) {
        while (!condition.getAsBoolean()) {
            Thread.yield();
        }
    }
}
