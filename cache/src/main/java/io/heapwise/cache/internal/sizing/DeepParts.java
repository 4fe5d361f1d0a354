package io.heapwise.cache.internal.sizing;

import java.lang.reflect.Field;
import java.util.concurrent.atomic.AtomicLongArray;

/**
 * The bytes of an application object: what its fields and those of its parts refer to is computed each time, what lies
 * deeper is the mean of what earlier objects of its class had there.
 *
 * <p>Invariant: of each kind of object at least one in {@link #LONGEST_GAP} is measured whole, and the first ones all
 * are. A kind is a class and the magnitude of the elements in the collections and arrays that its fields refer to: one
 * with twice as many elements as any before is of a new kind, and is measured. So the outliers of one kind do not bend
 * the mean of another, as they would if what deviates were measured and averaged in.
 *
 * <p>The gap between two measurements grows with their number by the ratio of Spark's SizeTracker (1.1), without its
 * list of samples. What is learnt is the difference between a measurement and what was computed: negative where fields
 * share an object.
 *
 * <p><b>Threads.</b> No lock and no read-modify-write: a lost update delays a measurement by one gap, or drops one from
 * the mean. A release store of {@code SCHEDULE} follows that of {@code MEAN}, and every reader of the schedule stores
 * it again with release, so whoever finds a measurement not due also finds a mean. The state is a JDK type that lives
 * in the class: see {@link ClassProfiles}.
 */
final class DeepParts {
    static final int LONGEST_GAP = 256;

    private static final double GAP_RATIO = 1.1;
    private static final double FIRST_GAP = 0.1;

    /** The mean of the last ones, about: large, because objects of a kind differ; small enough to follow a change. */
    private static final int REMEMBERED = 64;

    private static final int MOST_MEASURED = 1 << 12;
    private static final int KINDS = 33;
    private static final int MEAN = 0;
    private static final int SCHEDULE = 1; // measured:32 | left:32
    private static final int WORDS = 2;

    private static final ClassValue<AtomicLongArray> LEARNT = new ClassValue<>() {
        @Override
        protected AtomicLongArray computeValue(Class<?> type) {
            return new AtomicLongArray(KINDS * WORDS);
        }
    };

    private DeepParts() {}

    static long bytes(Object object, long shellBytes) {
        long computed = shellBytes;
        long elements = 0;
        for (Field field : ReadableFields.of(object.getClass())) {
            Object part = ReadableFields.read(field, object);
            if (part == null) {
                continue;
            }
            long profile = ClassProfiles.of(part.getClass());
            Shape shape = ClassProfiles.shape(profile);
            if (shape.hasElements()) {
                long count = Elements.count(part, shape);
                elements += count;
                computed = Bytes.plus(computed, Elements.ownBytes(shape, profile, count));
            } else {
                computed = Bytes.plus(computed, leafBytes(part, shape, profile));
                computed = shape == Shape.OBJECT ? Bytes.plus(computed, fieldsBytes(part)) : computed;
            }
        }
        AtomicLongArray learnt = LEARNT.get(object.getClass());
        int kind = WORDS * magnitude(elements);
        if (!isDue(learnt, kind)) {
            double mean = Double.longBitsToDouble(learnt.get(kind + MEAN));
            return Math.max(shellBytes, (long) (computed + mean)); // a cast from double saturates
        }
        long measured = ObjectWalk.bytes(object, ObjectSizes.LOOKS_TO_LEARN);
        learn(learnt, kind, (double) measured - computed);
        return measured;
    }

    /** Without what is below them. */
    private static long fieldsBytes(Object object) {
        long bytes = 0;
        for (Field field : ReadableFields.of(object.getClass())) {
            Object part = ReadableFields.read(field, object);
            if (part != null) {
                long profile = ClassProfiles.of(part.getClass());
                Shape shape = ClassProfiles.shape(profile);
                long partBytes = shape.hasElements()
                        ? Elements.ownBytes(shape, profile, Elements.count(part, shape))
                        : leafBytes(part, shape, profile);
                bytes = Bytes.plus(bytes, partBytes);
            }
        }
        return bytes;
    }

    private static long leafBytes(Object part, Shape shape, long profile) {
        return ObjectSizes.leafBytes(part, shape, ClassProfiles.shellBytes(profile));
    }

    private static int magnitude(long elements) {
        return Math.min(KINDS - 1, Long.SIZE - Long.numberOfLeadingZeros(elements));
    }

    private static boolean isDue(AtomicLongArray learnt, int kind) {
        long schedule = learnt.getAcquire(kind + SCHEDULE);
        if ((int) schedule == 0) {
            return true;
        }
        learnt.setRelease(kind + SCHEDULE, schedule - 1);
        return false;
    }

    private static void learn(AtomicLongArray learnt, int kind, double deeperBytes) {
        long measured = Math.min(MOST_MEASURED, (learnt.getAcquire(kind + SCHEDULE) >>> Integer.SIZE) + 1);
        double mean = Double.longBitsToDouble(learnt.get(kind + MEAN));
        double next = mean + (deeperBytes - mean) / (double) Math.min(measured, REMEMBERED);
        learnt.set(kind + MEAN, Double.doubleToRawLongBits(next));
        learnt.setRelease(kind + SCHEDULE, (measured << Integer.SIZE) | (gapAfter(measured) - 1));
    }

    /** How many objects on, this one included, the next is measured. */
    static int gapAfter(long measured) {
        return (int) Math.max(1, Math.min(LONGEST_GAP, FIRST_GAP * Math.pow(GAP_RATIO, (double) measured)));
    }

    /** Throws unless what was learnt of a class is within its bounds. */
    static void checkIntegrity(Class<?> type) {
        AtomicLongArray learnt = LEARNT.get(type);
        for (int kind = 0; kind < learnt.length(); kind += WORDS) {
            long schedule = learnt.get(kind + SCHEDULE);
            long measured = schedule >>> Integer.SIZE;
            double mean = Double.longBitsToDouble(learnt.get(kind + MEAN));
            boolean isSound = (int) schedule >= 0
                    && (int) schedule < LONGEST_GAP
                    && measured <= MOST_MEASURED
                    && Double.isFinite(mean)
                    && (measured > 0 || (schedule == 0 && mean == 0));
            if (!isSound) {
                throw new IllegalStateException("learnt of " + type + ": mean=" + mean + ", measured=" + measured
                        + ", left=" + (int) schedule + " (expected a finite mean, 0 to " + MOST_MEASURED + " and 0 to "
                        + LONGEST_GAP + ", nothing left before the first)");
            }
        }
    }
}
