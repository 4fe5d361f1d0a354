package io.heapwise.memory;

/**
 * There was no room in a budget in time, or too many waited for some already. The message has the numbers.
 *
 * @since 0.1.0
 */
public final class MemoryBudgetException extends RuntimeException {
    private static final long serialVersionUID = 1;

    MemoryBudgetException(String message) {
        super(message);
    }
}
