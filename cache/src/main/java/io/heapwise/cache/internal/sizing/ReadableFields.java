package io.heapwise.cache.internal.sizing;

import java.lang.reflect.Field;
import java.lang.reflect.Modifier;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The fields through which an application object refers to others, as far as its module lets us read them. Invariant:
 * they are instance fields of a reference type, declared by no class of the JDK, and accessible; reading one runs no
 * code and allocates nothing.
 *
 * <p>Fields that the JDK declares are left out even where a flag opens them, so a size does not depend on flags, and so
 * the referent of a Reference is never followed. The outer instance of an inner class is left out because all its inner
 * ones share it: through it a value would be charged with the service that made it.
 *
 * <p>Kept in a ClassValue, as JDK types only: see {@link ClassProfiles}. Thread-safe.
 */
final class ReadableFields {
    /** More could not be looked at anyway. */
    private static final int MOST = 256;

    private static final Field[] NONE = {};

    private static final ClassValue<Field[]> FIELDS = new ClassValue<>() {
        @Override
        protected Field[] computeValue(Class<?> type) {
            return find(type);
        }
    };

    private ReadableFields() {}

    /** Not to be written to. */
    static Field[] of(Class<?> type) {
        return FIELDS.get(type);
    }

    static @Nullable Object read(Field field, Object object) {
        try {
            return field.get(object);
        } catch (IllegalAccessException impossible) {
            throw new IllegalStateException(
                    "field=" + field + " is closed (expected open): it was when found", impossible);
        }
    }

    private static Field[] find(Class<?> type) {
        List<Field> found = new ArrayList<>();
        for (Class<?> at = type; at != null && !isOfTheJdk(at); at = at.getSuperclass()) {
            for (Field field : FieldPacking.declaredFields(at)) {
                if (found.size() < MOST && refersToOthers(field) && isOpen(field)) {
                    found.add(field);
                }
            }
        }
        return found.isEmpty() ? NONE : found.toArray(NONE);
    }

    private static boolean isOfTheJdk(Class<?> type) {
        ClassLoader loader = type.getClassLoader();
        return loader == null || loader == ClassLoader.getPlatformClassLoader();
    }

    private static boolean refersToOthers(Field field) {
        boolean isOuterInstance = field.isSynthetic() && field.getName().startsWith("this$");
        return !Modifier.isStatic(field.getModifiers())
                && !field.getType().isPrimitive()
                && !ClassProfiles.isShared(field.getType())
                && !isOuterInstance;
    }

    private static boolean isOpen(Field field) {
        try {
            return field.trySetAccessible();
        } catch (SecurityException denied) {
            return false;
        }
    }
}
