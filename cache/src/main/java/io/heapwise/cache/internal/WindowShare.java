package io.heapwise.cache.internal;

/** How much of a cache is its window: one share for all stripes, found by {@link Trials}. Thread-safe. */
final class WindowShare {
    /** From where frequency decides to where recency does; no less than an entry in a miniature of 64. */
    private static final double[] SHARES = {0.02, 0.2, 0.8};

    static final int CHOICES = SHARES.length;

    private volatile int choice;

    int choice() {
        return choice;
    }

    void choose(int choice) {
        this.choice = choice;
    }

    /** Entries of the window, where so many are in all. */
    int of(int entries) {
        return of(choice, entries);
    }

    static int of(int choice, int entries) {
        return Math.max(1, (int) (SHARES[choice] * entries));
    }
}
