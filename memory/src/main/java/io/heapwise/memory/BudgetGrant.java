package io.heapwise.memory;

/**
 * Bytes that were granted: what is left of a {@link Reservation} that was dropped. Invariant: its bytes are charged to its budget
 * until it ends, once. Guarded by the lock of the turns.
 */
final class BudgetGrant {
    final BudgetTurns turns;
    final long sequence;

    /** Written under the lock; read without one by who asks for more, or for a name. */
    volatile MemoryBudget budget;

    private long bytes;
    private boolean isOpen = true;

    BudgetGrant(BudgetTurns turns, MemoryBudget budget, long bytes, long sequence) {
        this.turns = turns;
        this.budget = budget;
        this.bytes = bytes;
        this.sequence = sequence;
    }

    long bytes() {
        return turns.locked(() -> bytes);
    }

    /** Ends it; false if it has ended. */
    boolean end(boolean isDropped) {
        boolean wasOpen = turns.locked(() -> {
            boolean was = isOpen;
            if (was) {
                isOpen = false;
                budget.charge(-bytes);
                budget.ended(isDropped);
                bytes = 0;
            }
            return was;
        });
        if (wasOpen) {
            turns.admit();
        }
        return wasOpen;
    }

    void shrinkTo(long fewer) {
        turns.locked(() -> {
            if (fewer < 0 || fewer > bytes) {
                throw new IllegalArgumentException(
                        "bytes=" + fewer + " (expected 0 to " + bytes + "): to have more, grow or reserve them");
            }
            budget.charge(fewer - bytes);
            bytes = fewer;
            return this;
        });
        turns.admit();
    }

    /** Moves it to a child, which must have room for it: the budgets above are charged already. An ended one stays where it is. */
    void moveTo(MemoryBudget child) {
        turns.locked(() -> {
            if (isOpen) {
                budget.ended(false);
                budget.charge(-bytes);
                child.charge(bytes);
                child.opened();
                budget = child;
            }
            return this;
        });
    }

    /** Takes over the bytes of another of the same budget, which then has ended; false if this one has, and nothing is changed. */
    boolean absorb(BudgetGrant other) {
        return turns.locked(() -> {
            if (!isOpen || !other.isOpen) {
                return false;
            }
            bytes += other.bytes;
            other.bytes = 0;
            other.isOpen = false;
            other.budget.ended(false);
            return true;
        });
    }
}
