package io.heapwise.pools.internal;

import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.util.Arrays;
import java.util.Locale;

/** Makes an object of a class that is known by name, and sets its properties by their setters. Invariant: each is set, or refused. */
public final class BeanProperties {
    private BeanProperties() {}

    /** A new object of a class of this name, as the thread's own class loader finds it. */
    public static <T> T newInstance(String property, String className, Class<T> type) {
        try {
            ClassLoader loader = Thread.currentThread().getContextClassLoader();
            return Class.forName(className, true, loader == null ? BeanProperties.class.getClassLoader() : loader)
                    .asSubclass(type)
                    .getConstructor()
                    .newInstance();
        } catch (ReflectiveOperationException | ClassCastException | LinkageError e) {
            throw new IllegalArgumentException(
                    property + "=" + className + " (expected a " + type.getName()
                            + " with a public constructor without parameters): put it on the class path, or name another",
                    e);
        }
    }

    /** Calls the setter of a property with a value of its type, or with a text that can be read as one. */
    public static void set(Object bean, String property, Object value) {
        String setter = "set" + property.substring(0, 1).toUpperCase(Locale.ROOT) + property.substring(1);
        Method method = Arrays.stream(bean.getClass().getMethods())
                .filter(known -> known.getName().equalsIgnoreCase(setter) && known.getParameterCount() == 1)
                .filter(known -> isSettable(known.getParameterTypes()[0], value))
                .findFirst()
                .orElseThrow(() -> new IllegalArgumentException("property=" + property + " (expected one that "
                        + bean.getClass().getName() + " has a setter for): correct it, or leave it out"));
        try {
            method.invoke(bean, converted(method.getParameterTypes()[0], value));
        } catch (IllegalAccessException | InvocationTargetException | IllegalArgumentException e) {
            throw new IllegalArgumentException(
                    "property=" + property + " (expected a " + method.getParameterTypes()[0].getSimpleName() + " that "
                            + bean.getClass().getName() + " takes): correct it, see the cause",
                    e instanceof InvocationTargetException thrown ? thrown.getCause() : e);
        }
    }

    private static boolean isSettable(Class<?> type, Object value) {
        return type.isInstance(value)
                || type == String.class
                || type == int.class
                || type == long.class
                || type == short.class
                || type == boolean.class;
    }

    private static Object converted(Class<?> type, Object value) {
        String text = value.toString();
        if (type == int.class) {
            return Integer.valueOf(text);
        } else if (type == long.class) {
            return Long.valueOf(text);
        } else if (type == short.class) {
            return Short.valueOf(text);
        } else if (type == boolean.class) {
            return Boolean.valueOf(text);
        }
        return type == String.class ? text : value;
    }
}
