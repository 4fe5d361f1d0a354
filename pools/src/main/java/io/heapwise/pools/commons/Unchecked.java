package io.heapwise.pools.commons;

/** Calls of factories, which may throw anything, from hooks, which may not. */
final class Unchecked {
    private Unchecked() {}

    /** What throws. */
    @FunctionalInterface
    interface Call {
        void run() throws Exception;
    }

    static void run(Call call) {
        try {
            call.run();
        } catch (RuntimeException e) {
            throw e;
        } catch (Exception e) {
            throw new IllegalStateException(e);
        }
    }
}
