package io.heapwise.memory;

import java.lang.reflect.InvocationTargetException;
import java.util.concurrent.Callable;
import java.util.concurrent.FutureTask;
import java.util.concurrent.ThreadFactory;
import java.util.function.BooleanSupplier;

/** Threads of the platform, and virtual ones where the JDK has them. */
enum Threads implements ThreadFactory {
    PLATFORM {
        @Override
        public Thread newThread(Runnable task) {
            Thread thread = new Thread(task, "of a test");
            thread.setDaemon(true);
            return thread;
        }
    },
    VIRTUAL {
        @Override
        public Thread newThread(Runnable task) {
            try {
                Object builder = Thread.class.getMethod("ofVirtual").invoke(null);
                return (Thread) Class.forName("java.lang.Thread$Builder")
                        .getMethod("unstarted", Runnable.class)
                        .invoke(builder, task);
            } catch (NoSuchMethodException | UnsupportedOperationException older) {
                return PLATFORM.newThread(task);
            } catch (ClassNotFoundException | IllegalAccessException | InvocationTargetException e) {
                throw new AssertionError(e);
            }
        }
    };

    <V> FutureTask<V> start(Callable<V> task) {
        FutureTask<V> result = new FutureTask<>(task);
        newThread(result).start();
        return result;
    }

    /** Waits for what is bound to happen; the test's own timeout ends it if it does not. */
    static void until(BooleanSupplier condition) {
        while (!condition.getAsBoolean()) {
            Thread.yield();
        }
    }
}
