package io.heapwise.cache.internal;

import java.util.Arrays;

/**
 * Those who came last, in the order in which they came; all others are said to be in the main part. Invariant: each member
 * stands in the ring at least once, and {@code size} is the number of members. Under the stripe's lock.
 */
final class Window {
    /*
     * Two bytes a member and a bit a slot. Who leaves the cache out of turn only loses its bit; its place in the ring stays,
     * and is passed over when it comes to the front. Should another entry have taken over the slot by then, that one is
     * reached too early, which is no more than one misjudged. (Were those in front left standing too, each newcomer
     * would be taken for its predecessor, and the window be of one entry.)
     */

    private static final long[] NOBODY_IN = {};
    private static final char[] NO_PLACES = {};

    private long[] members = NOBODY_IN;
    private char[] ring = NO_PLACES;
    private int head;

    /** Places of the ring in use, those of former members too. */
    private int places;

    private int size;

    int size() {
        return size;
    }

    boolean contains(int slot) {
        int word = slot >> 6;
        return word < members.length && (members[word] >>> slot & 1) != 0;
    }

    /** Lets an entry in, as the youngest. */
    void add(int slot) {
        if (slot >> 6 >= members.length) {
            members = Arrays.copyOf(members, (slot >> 6) + 1 + members.length / 16);
        }
        if (places == ring.length) {
            refit();
        }
        if (!contains(slot)) {
            members[slot >> 6] |= 1L << slot;
            size++;
        }
        append(slot);
    }

    /** The entry in front leaves the window, for the main part or altogether. */
    void removeEldest() {
        remove(eldest());
        dropFront();
    }

    /** An entry leaves the cache out of turn. */
    void remove(int slot) {
        if (contains(slot)) {
            members[slot >> 6] &= ~(1L << slot);
            size--;
        }
    }

    /** The member that stands in front, or {@link Replacement#NOBODY}. */
    int eldest() {
        while (places > 0) {
            int slot = ring[head];
            if (contains(slot)) {
                return slot;
            }
            dropFront();
        }
        return Replacement.NOBODY;
    }

    /** Sends the one in front to the end. */
    void recycleEldest() {
        int slot = ring[head];
        dropFront();
        append(slot);
    }

    void clear() {
        members = NOBODY_IN;
        ring = NO_PLACES;
        head = 0;
        places = 0;
        size = 0;
    }

    /** The same order among those who have a new slot. */
    Window moved(int[] newSlots) {
        Window moved = new Window();
        for (int slot : inOrder()) {
            if (newSlots[slot] != Replacement.NOBODY) {
                moved.add(newSlots[slot]);
            }
        }
        return moved;
    }

    long bytes() {
        return 72L + 8L * members.length + 2L * ring.length;
    }

    /** Throws unless the invariant holds, and all members are among the residents. */
    void checkIntegrity(Residents residents) {
        int counted = 0;
        for (int slot = 0; slot < members.length << 6; slot++) {
            if (contains(slot)) {
                counted++;
                if (slot >= residents.slots() || !residents.isOccupied(slot)) {
                    throw new IllegalStateException("window member slot=" + slot + " (expected an occupied slot)");
                }
            }
        }
        int standing = inOrder().length;
        if (counted != size || standing != size) {
            throw new IllegalStateException(
                    "window members=" + counted + ", in the ring=" + standing + " (expected " + size + ")");
        }
    }

    /** Each member once, where it stands last, the eldest first. */
    private char[] inOrder() {
        long[] left = members.clone();
        char[] order = new char[size];
        int free = size;
        for (int i = places - 1; i >= 0 && free > 0; i--) {
            int slot = ring[at(i)];
            int word = slot >> 6;
            if (word < left.length && (left[word] >>> slot & 1) != 0) {
                left[word] &= ~(1L << slot);
                order[--free] = (char) slot;
            }
        }
        return free == 0 ? order : Arrays.copyOfRange(order, free, size);
    }

    /** Clears out former members, and makes room for an eighth more. */
    private void refit() {
        char[] order = inOrder();
        ring = Arrays.copyOf(order, order.length + order.length / 8 + 4);
        head = 0;
        places = order.length;
    }

    private void append(int slot) {
        ring[at(places++)] = (char) slot;
    }

    private void dropFront() {
        head = at(1);
        places--;
    }

    private int at(int place) {
        int index = head + place;
        return index >= ring.length ? index - ring.length : index;
    }
}
