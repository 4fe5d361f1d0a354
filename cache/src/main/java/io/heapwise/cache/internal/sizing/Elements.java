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
 * What is in an object whose shape has elements. Invariant: it asks only classes of {@link KnownClasses}, whose answers
 * take no lock and run no code of the application; it asks for at most {@link #MOST_TAKEN} elements, whatever the size.
 * Stateless.
 */
final class Elements {
    static final int MOST_TAKEN = 8;

    /** Each next is far from those before, so that those taken first, where not all are used, come from all over. */
    private static final int[] SCATTERED = {0, 4, 2, 6, 1, 5, 3, 7};

    private Elements() {}

    static long count(Object container, Shape shape) {
        return switch (shape) {
            case REFERENCE_ARRAY -> ((Object[]) container).length;
            case ATOMIC_REFERENCE_ARRAY -> ((AtomicReferenceArray<?>) container).length();
            case OPTIONAL -> ((Optional<?>) container).isPresent() ? 1 : 0;
            case ATOMIC_REFERENCE -> ((AtomicReference<?>) container).get() == null ? 0 : 1;
            case MAP_ENTRY -> 1;
            // a plain map that several threads write may have lost count, and be below zero
            default -> Math.max(0, shape.isMap() ? ((Map<?, ?>) container).size() : ((Collection<?>) container).size());
        };
    }

    /** The bytes of shell, table and nodes, without the elements. */
    static long ownBytes(Shape shape, long profile, long count) {
        if (count == 0 && isEmptyShared(shape)) {
            return 0;
        }
        return ClassProfiles.shellBytes(profile)
                + count * ClassProfiles.nodeBytes(profile)
                + Tables.bytes(shape, count);
    }

    private static boolean isEmptyShared(Shape shape) {
        return switch (shape) {
            case OPTIONAL, IMMUTABLE_LIST, IMMUTABLE_SET, IMMUTABLE_MAP -> true;
            default -> false;
        };
    }

    /**
     * Puts some elements, or all of a few, into an array.
     *
     * @param into has room for {@code MOST_TAKEN * shape.referencesEach()} from {@code at} on
     * @return how many references; none if another thread changes the container so that it cannot be read
     */
    static int take(Object container, Shape shape, @Nullable Object[] into, int at) {
        try {
            return switch (shape) {
                case REFERENCE_ARRAY -> takeFromArray((Object[]) container, into, at);
                case ATOMIC_REFERENCE_ARRAY -> takeFromAtomicArray((AtomicReferenceArray<?>) container, into, at);
                case OPTIONAL -> takeOne(((Optional<?>) container).orElse(null), into, at);
                case ATOMIC_REFERENCE -> takeOne(((AtomicReference<?>) container).get(), into, at);
                case MAP_ENTRY -> takeEntry((Map.Entry<?, ?>) container, into, at);
                default -> takeFromCollection(container, shape, into, at);
            };
        } catch (RuntimeException changedMeanwhile) {
            // not only ConcurrentModificationException: torn reads of plain structures end in null or index errors too
            return 0;
        }
    }

    private static int takeFromArray(Object[] array, @Nullable Object[] into, int at) {
        int taken = Math.min(array.length, MOST_TAKEN);
        for (int i = 0; i < taken; i++) {
            into[at + i] = array[scattered(i, array.length)];
        }
        return taken;
    }

    private static int takeFromAtomicArray(AtomicReferenceArray<?> array, @Nullable Object[] into, int at) {
        int taken = Math.min(array.length(), MOST_TAKEN);
        for (int i = 0; i < taken; i++) {
            into[at + i] = array.get(scattered(i, array.length()));
        }
        return taken;
    }

    private static int takeFromCollection(Object container, Shape shape, @Nullable Object[] into, int at) {
        if (shape.isMap()) {
            return takeFromMap((Map<?, ?>) container, into, at);
        }
        return shape.isRandomAccess()
                ? takeFromList((List<?>) container, into, at)
                : takeFromIterable((Collection<?>) container, into, at);
    }

    private static int takeFromList(List<?> list, @Nullable Object[] into, int at) {
        int count = list.size();
        int taken = Math.min(count, MOST_TAKEN);
        for (int i = 0; i < taken; i++) {
            into[at + i] = list.get(scattered(i, count));
        }
        return taken;
    }

    private static int takeFromIterable(Collection<?> collection, @Nullable Object[] into, int at) {
        int taken = 0;
        if (!collection.isEmpty()) {
            Iterator<?> iterator = collection.iterator();
            while (taken < MOST_TAKEN && iterator.hasNext()) {
                into[at + taken++] = iterator.next();
            }
        }
        return taken;
    }

    private static int takeFromMap(Map<?, ?> map, @Nullable Object[] into, int at) {
        int taken = 0;
        if (!map.isEmpty()) {
            Iterator<? extends Map.Entry<?, ?>> iterator = map.entrySet().iterator();
            while (taken < 2 * MOST_TAKEN && iterator.hasNext()) {
                taken += takeEntry(iterator.next(), into, at + taken);
            }
        }
        return taken;
    }

    private static int takeOne(@Nullable Object element, @Nullable Object[] into, int at) {
        into[at] = element;
        return element == null ? 0 : 1;
    }

    private static int takeEntry(Map.Entry<?, ?> entry, @Nullable Object[] into, int at) {
        into[at] = entry.getKey();
        into[at + 1] = entry.getValue();
        return 2;
    }

    /** All of a few; else the middle of one of equal parts: the first elements of a list need not be like the rest. */
    private static int scattered(int i, int count) {
        return count <= MOST_TAKEN ? i : (int) ((2L * SCATTERED[i] + 1) * count / (2L * MOST_TAKEN));
    }
}
