package io.heapwise.demo;

/** How a contestant's run ended. */
public enum Outcome {
    FINISHED("finished"),
    OUT_OF_MEMORY("out of memory"),
    STOPPED("stopped"),
    DIED("died");

    private final String words;

    Outcome(String words) {
        this.words = words;
    }

    public String words() {
        return words;
    }
}
