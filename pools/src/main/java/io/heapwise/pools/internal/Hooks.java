package io.heapwise.pools.internal;

import java.lang.System.Logger.Level;
import java.util.concurrent.Callable;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.Consumer;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * The user's part: how objects are made, looked after and destroyed. Invariant: nothing but making throws; an object over which
 * a hook has thrown, whatever it was, is not lent again.
 */
public final class Hooks<T> {
    private static final System.Logger LOGGER = System.getLogger("io.heapwise.pools");

    private final Callable<? extends T> factory;
    private final @Nullable Predicate<? super T> validator;
    private final @Nullable Consumer<? super T> beforeLending;
    private final @Nullable Consumer<? super T> afterReturn;
    private final @Nullable Consumer<? super T> destroyer;
    private final @Nullable Consumer<? super T> aborter;
    private final LongAdder failures = new LongAdder();

    /** Any but the factory may be null: then nothing is done. */
    public Hooks(
            Callable<? extends T> factory,
            @Nullable Predicate<? super T> validator,
            @Nullable Consumer<? super T> beforeLending,
            @Nullable Consumer<? super T> afterReturn,
            @Nullable Consumer<? super T> destroyer,
            @Nullable Consumer<? super T> aborter) {
        this.factory = factory;
        this.validator = validator;
        this.beforeLending = beforeLending;
        this.afterReturn = afterReturn;
        this.destroyer = destroyer;
        this.aborter = aborter;
    }

    T create() throws Exception {
        T made = factory.call();
        if (made == null) {
            throw new IllegalStateException("object=null (expected one): let the factory return an object or throw");
        }
        return made;
    }

    boolean hasValidator() {
        return validator != null;
    }

    /** Whether nothing is to be done before an object is lent. */
    boolean isLentAsItIs() {
        return validator == null && beforeLending == null;
    }

    /** Whether nothing is to be done when an object comes back. */
    boolean isTakenAsItIs() {
        return afterReturn == null;
    }

    /** Whether the object may be lent. */
    boolean prepare(T object, boolean isToValidate) {
        if (isToValidate && !isValid(object)) {
            return false;
        }
        try {
            if (beforeLending != null) {
                beforeLending.accept(object);
            }
            return true;
        } catch (Throwable broken) {
            failed("beforeLending", broken);
            return false;
        }
    }

    /** Whether the object still works; true if nobody can say. */
    boolean isValid(T object) {
        try {
            return validator == null || validator.test(object);
        } catch (Throwable broken) {
            failed("validator", broken);
            return false;
        }
    }

    /** Whether the object may be kept. */
    boolean takeBack(T object) {
        if (afterReturn != null) {
            try {
                afterReturn.accept(object);
            } catch (Throwable broken) {
                failed("afterReturn", broken);
                return false;
            }
        }
        return true;
    }

    void destroy(T object) {
        end("destroyer", destroyer, object);
    }

    /** Destroys an object that its borrower still uses. */
    void abort(T object) {
        if (aborter == null) {
            destroy(object);
        } else {
            end("aborter", aborter, object);
        }
    }

    private void end(String hook, @Nullable Consumer<? super T> action, T object) {
        if (action != null) {
            try {
                action.accept(object);
            } catch (Throwable broken) {
                failed(hook, broken);
            }
        }
    }

    /** Counts all, and logs the first, since one broken hook tends to break each time. */
    private void failed(String hook, Throwable broken) {
        boolean isFirst = failures.sum() == 0;
        failures.increment();
        if (isFirst) {
            try {
                LOGGER.log(
                        Level.WARNING,
                        "The hook " + hook + " of a pool failed; later failures are only counted",
                        broken);
            } catch (Throwable alsoThrown) {
                // A logger that throws must not keep the object's place from being freed.
            }
        }
    }

    long failures() {
        return failures.sum();
    }
}
