package io.heapwise.cache.internal.sizing;

import java.util.Collection;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicReference;
import java.util.concurrent.atomic.AtomicReferenceArray;
import org.jspecify.annotations.Nullable;

/**
 * The bytes of an object with elements: shell, table, nodes, and the elements extrapolated from a few.
 *
 * <p>Invariant: with a budget of b it looks at no more than b objects below. It spends a part on its own samples and
 * divides the rest among them, so the bound holds by induction, however wide, deep or cyclic the structure is, and
 * the first element cannot spend what the last one needs.
 *
 * <p>Elements are first taken out, then sized. A structure that another thread changes throws out of the first step only,
 * where its elements are given up; what a SelfSized element throws in the second step reaches the caller. Stateless.
 */
final class SampledElements {
    private static final int MAX_SAMPLES = 8;

    private final @Nullable Object[] samples;
    private int taken;
    private long count;

    private SampledElements(int capacity) {
        samples = new Object[capacity];
    }

    static long bytes(Object container, long profile, int budget) {
        Shape shape = ClassProfiles.shape(profile);
        SampledElements elements = take(container, shape, budget);
        long count = elements.count;
        if (count == 0 && isEmptyShared(shape)) {
            return 0;
        }
        long own = ClassProfiles.shellBytes(profile)
                + count * ClassProfiles.nodeBytes(profile)
                + Tables.bytes(shape, count);
        return Bytes.plus(own, elements.bytes(shape, budget));
    }

    private static boolean isEmptyShared(Shape shape) {
        return switch (shape) {
            case OPTIONAL, IMMUTABLE_LIST, IMMUTABLE_SET, IMMUTABLE_MAP -> true;
            default -> false;
        };
    }

    private long bytes(Shape shape, int budget) {
        if (taken == 0) {
            return 0;
        }
        int budgetEach = Math.max(0, budget - taken) / taken;
        long sum = 0;
        for (int i = 0; i < taken; i++) {
            sum = Bytes.plus(sum, ObjectSizes.bytes(samples[i], budgetEach));
        }
        int objectsEach = shape.isMap() || shape == Shape.MAP_ENTRY ? 2 : 1;
        return Bytes.extrapolate(sum, taken / objectsEach, count);
    }

    private static SampledElements take(Object container, Shape shape, int budget) {
        int capacity = Math.min(2 * MAX_SAMPLES, budget);
        SampledElements elements = new SampledElements(capacity);
        try {
            elements.takeFrom(container, shape, budget);
        } catch (RuntimeException changedMeanwhile) {
            // not only ConcurrentModificationException: torn reads of plain structures end in null or index errors too
            elements.taken = 0;
        }
        return elements;
    }

    private void takeFrom(Object container, Shape shape, int budget) {
        switch (shape) {
            case REFERENCE_ARRAY -> takeFromArray((Object[]) container, budget);
            case ATOMIC_REFERENCE_ARRAY -> takeFromAtomicArray((AtomicReferenceArray<?>) container, budget);
            case OPTIONAL -> takeOne(((Optional<?>) container).orElse(null));
            case ATOMIC_REFERENCE -> takeOne(((AtomicReference<?>) container).get());
            case MAP_ENTRY -> takeEntry((Map.Entry<?, ?>) container);
            default -> {
                if (shape.isMap()) {
                    takeFromMap((Map<?, ?>) container, budget);
                } else if (shape.isRandomAccess()) {
                    takeFromList((List<?>) container, budget);
                } else {
                    takeFromCollection((Collection<?>) container, budget);
                }
            }
        }
    }

    private void takeFromArray(Object[] array, int budget) {
        count = array.length;
        int wanted = samplesWithin(budget, 1);
        for (int i = 0; i < wanted; i++) {
            add(array[spread(i, wanted)]);
        }
    }

    private void takeFromAtomicArray(AtomicReferenceArray<?> array, int budget) {
        count = array.length();
        int wanted = samplesWithin(budget, 1);
        for (int i = 0; i < wanted; i++) {
            add(array.get(spread(i, wanted)));
        }
    }

    private void takeFromList(List<?> list, int budget) {
        count = list.size();
        int wanted = samplesWithin(budget, 1);
        for (int i = 0; i < wanted; i++) {
            add(list.get(spread(i, wanted)));
        }
    }

    private void takeFromCollection(Collection<?> collection, int budget) {
        count = collection.size();
        int wanted = samplesWithin(budget, 1);
        if (wanted > 0) {
            Iterator<?> iterator = collection.iterator();
            while (taken < wanted && iterator.hasNext()) {
                add(iterator.next());
            }
        }
    }

    private void takeFromMap(Map<?, ?> map, int budget) {
        count = map.size();
        int wanted = 2 * samplesWithin(budget, 2);
        if (wanted > 0) {
            Iterator<? extends Map.Entry<?, ?>> iterator = map.entrySet().iterator();
            while (taken < wanted && iterator.hasNext()) {
                Map.Entry<?, ?> entry = iterator.next();
                add(entry.getKey());
                add(entry.getValue());
            }
        }
    }

    private void takeOne(@Nullable Object element) {
        count = element == null ? 0 : 1;
        if (element != null && samples.length > 0) {
            add(element);
        }
    }

    private void takeEntry(Map.Entry<?, ?> entry) {
        count = 1;
        if (samples.length > 1) {
            add(entry.getKey());
            add(entry.getValue());
        }
    }

    private void add(@Nullable Object element) {
        samples[taken++] = element;
    }

    /** How many elements to look at: all of a few; else about the root of the budget, so that as much is left for each. */
    private int samplesWithin(int budget, int objectsEach) {
        int affordable = budget / objectsEach;
        int root = (int) Math.ceil(Math.sqrt(affordable));
        return (int) Math.min(count, Math.min(MAX_SAMPLES, root));
    }

    /** The middle of the i-th of equal parts: the first elements of a list need not be like the rest. */
    private int spread(int i, int parts) {
        return (int) ((2L * i + 1) * count / (2L * parts));
    }
}
