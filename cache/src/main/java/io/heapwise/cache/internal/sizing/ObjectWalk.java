package io.heapwise.cache.internal.sizing;

import java.lang.reflect.Field;
import java.util.Arrays;
import java.util.BitSet;
import org.jspecify.annotations.Nullable;

/**
 * One measurement: the bytes of an object and of all that is reached from it, each object once.
 *
 * <p>Invariant: no more objects are looked at than it was given looks for, so cycles, chains and wide graphs end; and
 * {@code seen[0, size)} are distinct. The same array is the set of those seen and the queue of those to be opened:
 * breadth first, without recursion along chains. It is searched from end to end, which for so few is cheaper than a
 * hash, and leaves the headers of foreign objects alone.
 *
 * <p>A container of many, or of more than its share of the looks, is opened last, by samples, and the rest is taken to
 * be like them. Each sample may use up half of the looks that are left, so no element, however large, is all that is
 * seen of the others; recursion is as deep as halving goes. A sample for which the looks did not suffice is dropped,
 * unless it is the only one.
 *
 * <p>Used by one thread, then dropped.
 */
final class ObjectWalk {
    /** A container and a few elements. */
    private static final int FIRST_CAPACITY = 1 + 2 * Elements.MOST_TAKEN;

    private @Nullable Object[] seen = new Object[FIRST_CAPACITY];
    private int size;
    private int looksLeft;

    /** Whether something counted as nothing because there were no looks left for it. */
    private boolean isCutShort;

    private ObjectWalk(int looks) {
        this.looksLeft = looks;
    }

    /** The root itself costs a look, too. */
    static long bytes(Object root, int looks) {
        return new ObjectWalk(looks).walk(root, 0);
    }

    /** The bytes of what is reached from here and was not seen before, leaving so many looks to others. */
    private long walk(@Nullable Object from, int reserve) {
        int first = size;
        look(from, reserve);
        long bytes = 0;
        BitSet crowds = null;
        for (int next = first; next < size; next++) {
            Object object = seenAt(next);
            long profile = ClassProfiles.of(object.getClass());
            Shape shape = ClassProfiles.shape(profile);
            if (shape == Shape.OBJECT || shape.hasElements()) {
                lookAtFields(object, reserve); // a collection has some if it is of a subclass
            }
            if (!shape.hasElements()) {
                bytes = Bytes.plus(bytes, ObjectSizes.leafBytes(object, shape, ClassProfiles.shellBytes(profile)));
                continue;
            }
            long count = Elements.count(object, shape);
            bytes = Bytes.plus(bytes, Elements.ownBytes(shape, profile, count));
            int share = (looksLeft - reserve) / (size - next);
            if (count * shape.referencesEach() <= Math.min(share, Elements.MOST_TAKEN)) {
                lookAtElements(object, shape, reserve);
            } else {
                crowds = crowds == null ? new BitSet(size) : crowds;
                crowds.set(next);
            }
        }
        return crowds == null ? bytes : Bytes.plus(bytes, crowdsBytes(crowds, reserve));
    }

    private void lookAtFields(Object object, int reserve) {
        for (Field field : ReadableFields.of(object.getClass())) {
            look(ReadableFields.read(field, object), reserve);
        }
    }

    private void lookAtElements(Object container, Shape shape, int reserve) {
        int from = size;
        makeRoomFor(Elements.MOST_TAKEN * shape.referencesEach());
        int taken = Elements.take(container, shape, seen, from);
        // closes up the gaps that those seen already leave: what is written is never ahead of what is read
        for (int i = from; i < from + taken; i++) {
            look(seen[i], reserve);
        }
    }

    private long crowdsBytes(BitSet crowds, int reserve) {
        long bytes = 0;
        int left = crowds.cardinality();
        for (int i = crowds.nextSetBit(0); i >= 0; i = crowds.nextSetBit(i + 1)) {
            int share = Math.max(1, (looksLeft - reserve) / left--);
            bytes = Bytes.plus(bytes, sampledBytes(seenAt(i), Math.max(reserve, looksLeft - share)));
        }
        return bytes;
    }

    private long sampledBytes(Object container, int reserve) {
        Shape shape = ClassProfiles.shape(ClassProfiles.of(container.getClass()));
        long count = Elements.count(container, shape);
        int each = shape.referencesEach();
        @Nullable Object[] samples = new Object[Elements.MOST_TAKEN * each];
        int taken = Elements.take(container, shape, samples, 0) / each;
        boolean wasCutShort = isCutShort;
        long sum = 0;
        int done = 0;
        while (done < taken && looksLeft > reserve) {
            isCutShort = false;
            int mark = size;
            int kept = reserve + (looksLeft - reserve) / 2;
            long bytes = 0;
            for (int i = done * each; i < (done + 1) * each; i++) {
                bytes = Bytes.plus(bytes, walk(samples[i], kept));
            }
            if (isCutShort && done > 0) {
                size = mark;
                isCutShort = false;
                break;
            }
            sum = Bytes.plus(sum, bytes);
            done++;
            if (isCutShort) {
                break; // the next ones would be given less
            }
        }
        isCutShort |= wasCutShort || done == 0;
        return done == 0 ? 0 : Bytes.extrapolate(sum, done, count);
    }

    private void look(@Nullable Object object, int reserve) {
        if (object == null) {
            return;
        }
        if (looksLeft <= reserve) {
            isCutShort = true;
            return;
        }
        looksLeft--;
        for (int i = 0; i < size; i++) {
            if (seen[i] == object) {
                return;
            }
        }
        makeRoomFor(1);
        seen[size++] = object;
    }

    private void makeRoomFor(int more) {
        if (size + more > seen.length) {
            seen = Arrays.copyOf(seen, Math.max(2 * seen.length, size + more));
        }
    }

    private Object seenAt(int index) {
        Object object = seen[index];
        if (object == null) {
            throw new IllegalStateException("seen[" + index + "]=null (expected none below " + size + ")");
        }
        return object;
    }
}
