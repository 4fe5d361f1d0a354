package io.heapwise.cache.internal.sizing;

import java.lang.reflect.Field;
import java.lang.reflect.Modifier;
import java.util.Arrays;

/**
 * The offsets at which HotSpot would put the fields of one class hierarchy. Invariant: {@code [0, endOffset)} is covered by the
 * header, the fields placed so far and the gaps, without overlap; gaps are in order of their offset.
 *
 * <p>Follows HotSpot's {@code FieldLayoutBuilder} of JDK 15 and later: superclass first; within a class primitives by falling
 * size, then references; each goes to the smallest gap that fits, of equal ones the last, and to the end if none fits. Gaps that
 * alignment left in a superclass are open to its subclasses. Padding by the JDK's internal {@code @Contended} is not reproduced.
 *
 * <p>Only the declared types of fields are read, so no module has to be open, and records and hidden classes work as any other.
 * Used by one thread, then dropped.
 */
final class FieldPacking {
    private static final int LARGEST_PRIMITIVE_BYTES = 8;

    private int endOffset;
    private int[] gapOffsets = new int[4];
    private int[] gapBytes = new int[4];
    private int gaps;

    private FieldPacking(int headerBytes) {
        endOffset = headerBytes;
    }

    /** The bytes of an instance of a class, which must not be an array, by itself. */
    static long instanceBytes(Class<?> type, HeapLayout heap) {
        FieldPacking packing = new FieldPacking(heap.headerBytes());
        packing.placeHierarchy(type, heap.referenceBytes());
        return heap.instanceBytes(packing.endOffset);
    }

    private void placeHierarchy(Class<?> type, int referenceBytes) {
        Class<?> parent = type.getSuperclass();
        if (parent != null) {
            placeHierarchy(parent, referenceBytes);
        }
        int[] primitives = new int[LARGEST_PRIMITIVE_BYTES + 1]; // how many, by size
        int references = 0;
        for (Field field : declaredFields(type)) {
            if (Modifier.isStatic(field.getModifiers())) {
                continue;
            }
            if (field.getType().isPrimitive()) {
                primitives[primitiveBytes(field.getType())]++;
            } else {
                references++;
            }
        }
        for (int bytes = LARGEST_PRIMITIVE_BYTES; bytes > 0; bytes >>= 1) {
            place(primitives[bytes], bytes);
        }
        place(references, referenceBytes);
    }

    static Field[] declaredFields(Class<?> type) {
        try {
            return type.getDeclaredFields();
        } catch (LinkageError | SecurityException hidden) {
            // a field whose class is missing hides all fields of this class from reflection: count none
            return new Field[0];
        }
    }

    static int primitiveBytes(Class<?> primitive) {
        if (primitive == long.class || primitive == double.class) {
            return 8;
        }
        if (primitive == int.class || primitive == float.class) {
            return 4;
        }
        return primitive == short.class || primitive == char.class ? 2 : 1;
    }

    private void place(int count, int bytes) {
        for (int i = 0; i < count; i++) {
            int gap = smallestGapFor(bytes);
            if (gap >= 0) {
                placeInGap(gap, bytes);
            } else {
                placeAtEnd(bytes);
            }
        }
    }

    private int smallestGapFor(int bytes) {
        int best = -1;
        for (int gap = gaps - 1; gap >= 0; gap--) {
            int padding = alignUp(gapOffsets[gap], bytes) - gapOffsets[gap];
            if (gapBytes[gap] >= bytes + padding && (best < 0 || gapBytes[gap] < gapBytes[best])) {
                best = gap;
            }
        }
        return best;
    }

    private void placeInGap(int gap, int bytes) {
        int from = gapOffsets[gap];
        int to = from + gapBytes[gap];
        int fieldOffset = alignUp(from, bytes);
        removeGap(gap);
        insertGap(gap, fieldOffset + bytes, to);
        insertGap(gap, from, fieldOffset);
    }

    private void placeAtEnd(int bytes) {
        int fieldOffset = alignUp(endOffset, bytes);
        insertGap(gaps, endOffset, fieldOffset);
        endOffset = fieldOffset + bytes;
    }

    private void removeGap(int gap) {
        gaps--;
        System.arraycopy(gapOffsets, gap + 1, gapOffsets, gap, gaps - gap);
        System.arraycopy(gapBytes, gap + 1, gapBytes, gap, gaps - gap);
    }

    private void insertGap(int at, int from, int to) {
        if (from == to) {
            return;
        }
        if (gaps == gapOffsets.length) {
            gapOffsets = Arrays.copyOf(gapOffsets, gaps * 2);
            gapBytes = Arrays.copyOf(gapBytes, gaps * 2);
        }
        System.arraycopy(gapOffsets, at, gapOffsets, at + 1, gaps - at);
        System.arraycopy(gapBytes, at, gapBytes, at + 1, gaps - at);
        gapOffsets[at] = from;
        gapBytes[at] = to - from;
        gaps++;
    }

    private static int alignUp(int offset, int alignment) {
        return (offset + alignment - 1) & -alignment;
    }
}
