package io.heapwise.stress;

/** A key that has its hash code in common with all its kind, and so a probe sequence too. */
final class Clash {
    private final int id;

    Clash(int id) {
        this.id = id;
    }

    @Override
    public int hashCode() {
        return 42;
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof Clash clash && clash.id == id;
    }
}
