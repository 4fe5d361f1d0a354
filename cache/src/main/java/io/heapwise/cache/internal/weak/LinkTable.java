package io.heapwise.cache.internal.weak;

import static java.util.Objects.requireNonNull;

import io.heapwise.cache.Equality;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.lang.ref.Reference;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * The links of one stripe in a hash table that is read without a lock.
 *
 * <p>Invariant: a link stays in its place from the moment it comes in until it leaves the table, and all places from the home of
 * its hash to its own are not empty meanwhile. Changed only under the lock of the stripe, and no more once the stripe has
 * another table.
 */
final class LinkTable {
    /*
     * Open addressing, probed linearly [1]. A place is a reference (4 bytes, 8 without compressed ones) and a byte: empty, left,
     * or of the hash what tells most keys apart, so that a probe looks at few links that are not its own. Where 32 of 40 bytes
     * an entry are those of the link, 8 are left: 5 in a table that is between 74 and 87.5 % full, which is 5.7 to 6.8.
     *
     * Why readers need neither lock nor version. One load of a place gives a link, and a link has both key and value. A link never
     * moves, a key's next value takes the place of the one before, and places in front of a link do not become empty: so a probe
     * for a key that is there throughout meets it. A probe that does not meet it overlapped a moment at which the key was absent.
     * And a table that was replaced changes no more: who still reads it sees what was true when it was replaced, which was during
     * the read.
     *
     * A place that is left becomes empty again only when the next one is empty: then no probe goes through it. Else it stays in
     * the way until somebody moves in or the table is rebuilt.
     *
     * To rebuild is to know all hashes, which there is no room to keep. They are asked of the keys outside the lock; hashes of those
     * that come in meanwhile are noted.
     *
     * [1] D. E. Knuth, The Art of Computer Programming 3, 2nd ed., section 6.4.
     */

    static final int ABSENT = -1;

    private static final byte EMPTY = 0;
    private static final byte LEFT = 1;
    private static final int FIRST_TAG = 2;

    private static final int LEAST_PLACES = 8;

    /** How full a table is when it is new; see above. */
    private static final int NEW_PERCENT = 74;

    private static final VarHandle LINKS = MethodHandles.arrayElementVarHandle(Link[].class);
    private static final VarHandle TAGS = MethodHandles.arrayElementVarHandle(byte[].class);

    private final @Nullable Link[] links;
    private final byte[] tags;

    /** How many leading hash bits all keys of this table share; they say nothing about the home. */
    private final int depth;

    private int entries;

    /** Places that are not empty. */
    private int used;

    /** While a rebuild is under way, the hashes of links that came in since it began; 0 elsewhere. */
    private int @Nullable [] newHashes;

    LinkTable(int expectedEntries, int depth) {
        long places = expectedEntries * 100L / NEW_PERCENT + 1;
        this.links = new @Nullable Link[(int) Math.max(LEAST_PLACES, Math.min(places, Integer.MAX_VALUE - 8))];
        this.tags = new byte[links.length];
        this.depth = depth;
    }

    int places() {
        return tags.length;
    }

    // ---- reading: any thread ---------------------------------------------------------------------------------------

    /** The value of {@code key}, or null. */
    @Nullable Object read(Object key, int hash, Equality<Object> equality) {
        byte tag = tag(hash);
        int place = home(hash);
        for (int left = tags.length; left > 0; left--) {
            byte found = (byte) TAGS.getAcquire(tags, place);
            if (found == EMPTY) {
                return null;
            }
            if (found == tag) {
                Object value = readAt(place, key, hash, equality);
                if (value != null) {
                    return value;
                }
            }
            place = after(place);
        }
        return null;
    }

    private @Nullable Object readAt(int place, Object key, int hash, Equality<Object> equality) {
        Link link = linkAcquire(place);
        while (link != null) {
            Object value = link.isOf(key, hash, equality) ? link.get() : null;
            if (value != null) {
                return value;
            }
            // Another value may have come before this one was collected: then the key was never absent.
            Link again = linkAcquire(place);
            if (again == link) {
                return null;
            }
            link = again;
        }
        return null;
    }

    void forEach(Consumer<Link> visitor) {
        for (int place = 0; place < tags.length; place++) {
            Link link = linkAcquire(place);
            if (link != null) {
                visitor.accept(link);
            }
        }
    }

    /** The hash of every link that is here, by place. Runs outside the lock, since it asks the keys. */
    int[] hashes(Equality<Object> equality) {
        int[] hashes = new int[tags.length];
        for (int place = 0; place < hashes.length; place++) {
            Link link = linkAcquire(place);
            if (link != null) {
                hashes[place] = hashOrAny(link, equality);
            }
        }
        return hashes;
    }

    private static int hashOrAny(Link link, Equality<Object> equality) {
        try {
            return link.hash(equality);
        } catch (Throwable broken) {
            // Nobody can look it up any more, wherever it is; and a rebuild must not fail for somebody else's key.
            return 1;
        }
    }

    // ---- under the stripe's lock -----------------------------------------------------------------------------------

    int entries() {
        return entries;
    }

    /** Whether nothing can come in. */
    boolean isFull() {
        return entries == tags.length;
    }

    /** Whether so few places are empty, or so few taken, that the table should be rebuilt. A moment ago, without the lock. */
    boolean isToBeRebuilt() {
        return used > tags.length / 8 * 7 + tags.length % 8 || (tags.length > 64 && entries * 3L < tags.length);
    }

    /** The place of the link of {@code key}, whose value may be gone, or {@link #ABSENT}. */
    int locate(Object key, int hash, Equality<Object> equality) {
        byte tag = tag(hash);
        int place = home(hash);
        for (int left = tags.length; left > 0 && tags[place] != EMPTY; left--) {
            if (tags[place] == tag && linkAt(place).isOf(key, hash, equality)) {
                return place;
            }
            place = after(place);
        }
        return ABSENT;
    }

    /** The place of the link that consists of {@code reference}, if its hash is {@code hash}, or {@link #ABSENT}. */
    int locate(Reference<?> reference, int hash) {
        byte tag = tag(hash);
        int place = home(hash);
        for (int left = tags.length; left > 0 && tags[place] != EMPTY; left--) {
            if (tags[place] == tag && linkAt(place).consistsOf(reference)) {
                return place;
            }
            place = after(place);
        }
        return ABSENT;
    }

    /** The link at a place that has one. */
    Link linkAt(int place) {
        return requireNonNull(links[place], "link");
    }

    /** Puts in a link whose key is not here, while the table is not {@linkplain #isFull() full}. */
    void insert(Link link, int hash) {
        int place = home(hash);
        while (tags[place] != EMPTY && tags[place] != LEFT) {
            place = after(place);
        }
        if (tags[place] == EMPTY) {
            used++;
        }
        entries++;
        LINKS.setRelease(links, place, link);
        TAGS.setRelease(tags, place, tag(hash)); // after the link: who sees the tag finds it
        note(place, hash);
    }

    /** Puts a link in the place of one with the same key. */
    void replace(int place, Link link, int hash) {
        LINKS.setRelease(links, place, link);
        note(place, hash);
    }

    void remove(int place) {
        entries--;
        TAGS.setRelease(tags, place, LEFT);
        LINKS.setRelease(links, place, null);
        note(place, 0);
        while (tags[place] == LEFT && tags[after(place)] == EMPTY) {
            TAGS.setRelease(tags, place, EMPTY);
            used--;
            place = place == 0 ? tags.length - 1 : place - 1;
        }
    }

    private void note(int place, int hash) {
        if (newHashes != null) {
            newHashes[place] = hash;
        }
    }

    /** Takes out all whose value or key is gone; returns how many. */
    int removeGone() {
        int before = entries;
        for (int place = 0; place < tags.length; place++) {
            Link link = links[place];
            if (link != null && link.isGone()) {
                remove(place);
            }
        }
        return before - entries;
    }

    /** From here on the hashes of links that come in are noted, for as long as this table lasts. */
    void beginRebuild() {
        if (newHashes == null) {
            newHashes = new int[tags.length];
        }
    }

    /** Completes the hashes that were asked since the rebuild began by those noted; {@code hashes} then holds all. */
    void completeHashes(int[] hashes) {
        int[] noted = requireNonNull(newHashes, "beginRebuild comes first");
        for (int place = 0; place < hashes.length; place++) {
            if (noted[place] != 0) {
                hashes[place] = noted[place];
            }
        }
    }

    /** How many links have a hash with this bit. */
    int count(int[] hashes, int bit) {
        int count = 0;
        for (int place = 0; place < hashes.length; place++) {
            count += links[place] != null && (hashes[place] & bit) != 0 ? 1 : 0;
        }
        return count;
    }

    /** Puts the links that live, and whose hash agrees with {@code bit} under {@code mask}, into {@code target}. */
    void copyInto(LinkTable target, int[] hashes, int mask, int bit) {
        for (int place = 0; place < hashes.length; place++) {
            Link link = links[place];
            if (link != null && (hashes[place] & mask) == bit && !link.isGone()) {
                target.insert(link, hashes[place]);
            }
        }
    }

    /** Throws unless the invariant holds, as far as keys stand by their hashes. */
    void checkIntegrity(Equality<Object> equality) {
        int present = 0;
        int notEmpty = 0;
        for (int place = 0; place < tags.length; place++) {
            Link link = links[place];
            notEmpty += tags[place] == EMPTY ? 0 : 1;
            present += link == null ? 0 : 1;
            if ((link == null) != (tags[place] == EMPTY || tags[place] == LEFT)) {
                throw new IllegalStateException("place " + place + " has tag " + tags[place] + " and link " + link);
            }
            if (link != null && locate(link, link.hash(equality)) != place) {
                throw new IllegalStateException("no probe finds place " + place + " of " + tags.length);
            }
        }
        if (present != entries || notEmpty != used) {
            throw new IllegalStateException("links=" + present + ", places not empty=" + notEmpty + " (expected "
                    + entries + " entries, " + used + " used)");
        }
    }

    private @Nullable Link linkAcquire(int place) {
        return (Link) LINKS.getAcquire(links, place);
    }

    private int home(int hash) {
        return (int) (((hash << depth & 0xFFFF_FFFFL) * tags.length) >>> 32);
    }

    /** The lowest byte of the hash, but for those values that say that there is no link. */
    private static byte tag(int hash) {
        int low = hash & 0xFF;
        return (byte) (low < FIRST_TAG ? low + FIRST_TAG : low);
    }

    private int after(int place) {
        return place + 1 == tags.length ? 0 : place + 1;
    }
}
