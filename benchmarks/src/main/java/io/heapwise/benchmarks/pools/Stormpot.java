package io.heapwise.benchmarks.pools;

import java.lang.invoke.MethodHandle;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.MethodType;
import java.util.concurrent.TimeUnit;

/**
 * Stormpot, whose classes only JDK 21 and later can load: it is called through method handles, which the compiler sees through
 * since they are constants. Invariant: the pool holds {@link Payload}s in Stormpot's own wrapper.
 */
final class Stormpot implements Subject {
    private static final MethodHandle CLAIM;
    private static final MethodHandle OBJECT;
    private static final MethodHandle RELEASE;
    private static final MethodHandle POOL_OF;
    private static final MethodHandle SHUTDOWN;
    private static final MethodHandle TIMEOUT;

    static {
        try {
            MethodHandles.Lookup lookup = MethodHandles.publicLookup();
            Class<?> pool = Class.forName("stormpot.Pool");
            Class<?> pooled = Class.forName("stormpot.Pooled");
            Class<?> poolable = Class.forName("stormpot.Poolable");
            Class<?> timeout = Class.forName("stormpot.Timeout");
            CLAIM = lookup.findVirtual(pool, "claim", MethodType.methodType(poolable, timeout))
                    .asType(MethodType.methodType(Object.class, Object.class, Object.class));
            OBJECT = lookup.findGetter(pooled, "object", Object.class)
                    .asType(MethodType.methodType(Object.class, Object.class));
            RELEASE = lookup.findVirtual(poolable, "release", MethodType.methodType(void.class))
                    .asType(MethodType.methodType(void.class, Object.class));
            POOL_OF = lookup.findStatic(pool, "of", MethodType.methodType(pool, Object[].class))
                    .asFixedArity()
                    .asType(MethodType.methodType(Object.class, Object[].class));
            SHUTDOWN = lookup.findVirtual(pool, "shutdown", MethodType.methodType(Class.forName("stormpot.Completion")))
                    .asType(MethodType.methodType(Object.class, Object.class));
            TIMEOUT = lookup.findConstructor(timeout, MethodType.methodType(void.class, long.class, TimeUnit.class))
                    .asType(MethodType.methodType(Object.class, long.class, TimeUnit.class));
        } catch (ReflectiveOperationException | UnsupportedClassVersionError e) {
            throw new IllegalStateException(
                    "java=" + Runtime.version().feature() + " (expected >= 21): Stormpot 4.1"
                            + " needs it; leave this contestant out, as by -e stormpot",
                    e);
        }
    }

    private final Object pool;
    private final Object timeout;

    Stormpot(int size, long timeoutSeconds) {
        Object[] payloads = new Object[size];
        for (int i = 0; i < size; i++) {
            payloads[i] = new Payload();
        }
        try {
            pool = (Object) POOL_OF.invokeExact(payloads);
            timeout = (Object) TIMEOUT.invokeExact(timeoutSeconds, TimeUnit.SECONDS);
        } catch (Throwable e) {
            throw new IllegalStateException("Stormpot could not be set up", e);
        }
    }

    @Override
    public Payload apply() throws Exception {
        Object claimed = borrow();
        try {
            return use(claimed);
        } finally {
            giveBack(claimed);
        }
    }

    @Override
    public Object borrow() throws Exception {
        try {
            return (Object) CLAIM.invokeExact(pool, timeout);
        } catch (Throwable e) {
            throw new IllegalStateException("claim failed", e);
        }
    }

    @Override
    public Payload use(Object borrowed) {
        try {
            return ((Payload) (Object) OBJECT.invokeExact(borrowed)).use();
        } catch (Throwable e) {
            throw new IllegalStateException("reading failed", e);
        }
    }

    @Override
    public void giveBack(Object borrowed) throws Exception {
        try {
            RELEASE.invokeExact(borrowed);
        } catch (Throwable e) {
            throw new IllegalStateException("release failed", e);
        }
    }

    @Override
    public void close() {
        try {
            Object unused = (Object) SHUTDOWN.invokeExact(pool);
        } catch (Throwable e) {
            throw new IllegalStateException("shutdown failed", e);
        }
    }
}
