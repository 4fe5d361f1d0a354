package io.heapwise.cache.internal.sizing;

import io.heapwise.cache.SelfSized;
import java.lang.reflect.AccessibleObject;
import java.nio.Buffer;
import java.nio.charset.Charset;
import java.time.ZoneId;
import java.util.Currency;
import java.util.Locale;

/**
 * What is known about each class: its {@link Shape}, the bytes of its shell and the bytes of a node. Invariant: a profile
 * depends on the class and the JVM alone, so computing one twice gives the same.
 *
 * <p>A profile is a number, {@code shape:8 | node bytes:16 | shell bytes:40}, kept as a Long in a ClassValue. It must stay a
 * JDK type: the JDK classes we profile would otherwise hold our class, and so our loader, for as long as the JVM runs. The entry
 * lives in the profiled class, so that its loader is not held either. Thread-safe; a look-up allocates nothing.
 */
final class ClassProfiles {
    static final HeapLayout HEAP = HeapLayout.ofThisVm();

    private static final int SHELL_BITS = 40;
    private static final int NODE_BITS = 16;
    private static final KnownClasses KNOWN = new KnownClasses(HEAP);

    private static final ClassValue<Long> PROFILES = new ClassValue<>() {
        @Override
        protected Long computeValue(Class<?> type) {
            return classify(type);
        }
    };

    private ClassProfiles() {}

    static long of(Class<?> type) {
        return PROFILES.get(type);
    }

    static Shape shape(long profile) {
        return Shape.of((int) (profile >>> (SHELL_BITS + NODE_BITS)));
    }

    /** What an instance takes apart from its elements, their nodes and its table; of a primitive array, an element's bytes. */
    static long shellBytes(long profile) {
        return profile & ((1L << SHELL_BITS) - 1);
    }

    /** What each element takes besides itself and the table. */
    static long nodeBytes(long profile) {
        return (profile >>> SHELL_BITS) & ((1L << NODE_BITS) - 1);
    }

    @SuppressWarnings("EnumOrdinal") // never outlives the JVM, and an enum in its place would pin our loader
    static long profile(Shape shape, long shellBytes, long nodeBytes) {
        return ((long) shape.ordinal() << (SHELL_BITS + NODE_BITS)) | (nodeBytes << SHELL_BITS) | shellBytes;
    }

    private static long classify(Class<?> type) {
        if (SelfSized.class.isAssignableFrom(type)) {
            return profile(Shape.SELF_SIZED, 0, 0);
        }
        if (type.isArray()) {
            Class<?> element = type.getComponentType();
            return element.isPrimitive()
                    ? profile(Shape.PRIMITIVE_ARRAY, FieldPacking.primitiveBytes(element), 0)
                    : profile(Shape.REFERENCE_ARRAY, 0, 0);
        }
        if (isShared(type)) {
            return profile(Shape.SHARED, 0, 0);
        }
        Long known = KNOWN.profile(type);
        if (known != null) {
            return known;
        }
        long shell = FieldPacking.instanceBytes(type, HEAP);
        // only the JDK can extend Buffer, whose constructors are package-private
        return profile(Buffer.class.isAssignableFrom(type) ? Shape.BUFFER : shapeByFields(type), shell, 0);
    }

    private static Shape shapeByFields(Class<?> type) {
        return ReadableFields.of(type).length == 0 ? Shape.PLAIN : Shape.OBJECT;
    }

    /** Subclasses too. The fields of most of these are hidden from reflection, so their size could not be computed. */
    static boolean isShared(Class<?> type) {
        return type == Class.class
                || type == Module.class
                || type == Currency.class
                || type == Locale.class
                || Enum.class.isAssignableFrom(type)
                || ClassLoader.class.isAssignableFrom(type)
                || Thread.class.isAssignableFrom(type)
                || ThreadGroup.class.isAssignableFrom(type)
                || AccessibleObject.class.isAssignableFrom(type)
                || Charset.class.isAssignableFrom(type)
                || ZoneId.class.isAssignableFrom(type);
    }
}
