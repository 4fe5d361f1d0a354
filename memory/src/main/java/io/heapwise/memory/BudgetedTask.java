package io.heapwise.memory;

import org.jspecify.annotations.Nullable;

/**
 * A task that is told of the bytes reserved for it.
 *
 * @param <T> what it returns
 * @since 0.1.0
 */
@FunctionalInterface
public interface BudgetedTask<T extends @Nullable Object> {
    /**
     * Does the work.
     *
     * @param bytes what is reserved for it, to be {@linkplain Reservation#shrinkTo shrunk} when it needs less, or
     *     {@linkplain Reservation#tryGrow grown} within the budget of its worker; closed when the task has ended
     * @return the outcome
     * @throws Exception when it cannot
     */
    T call(Reservation bytes) throws Exception;
}
