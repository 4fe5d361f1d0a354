package io.heapwise.benchmarks;

import java.lang.invoke.MethodHandle;
import java.lang.invoke.VarHandle;
import java.lang.ref.Reference;
import java.lang.reflect.AccessibleObject;
import java.lang.reflect.Field;
import java.lang.reflect.Modifier;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.openjdk.jol.util.ObjectUtils;
import org.openjdk.jol.vm.VM;
import org.openjdk.jol.vm.VirtualMachine;

/**
 * Walks everything that an object reaches by strong references and adds up its bytes, as JOL measures them.
 *
 * <p>What is not the object's own is left out by three rules:
 * <ul>
 *   <li>a class, class loader, module, thread, method, field or handle to one is neither counted nor entered, nor is
 *       what a {@link Reference} refers to;
 *   <li>nor is anything in {@code shared}, which the caller collects by walking a twin of the object beforehand: what
 *       two subjects both reach (executors, a governor, enum constants, a cache manager) belongs to neither;
 *   <li>instances of {@code payload} are counted in number, not in bytes, and not entered.
 * </ul>
 */
public final class ObjectGraph {
    private final VirtualMachine vm = VM.current();
    private final Map<Class<?>, Shape> shapes = new HashMap<>();
    private final Class<?> payload;
    private final Set<Object> shared;

    public ObjectGraph(Class<?> payload, Set<Object> shared) {
        this.payload = payload;
        this.shared = shared;
    }

    /** What a walk found. */
    public record Size(long bytes, long objects, long payloads) {}

    /** All that {@code root} reaches, itself included: to be the {@code shared} of another walk. */
    public static Set<Object> reachable(Object root, Class<?> payload) {
        ObjectGraph graph = new ObjectGraph(payload, Set.of());
        Set<Object> seen = identitySet();
        graph.walk(root, seen);
        return seen;
    }

    public Size sizeOf(Object root) {
        return walk(root, identitySet());
    }

    private Size walk(Object root, Set<Object> seen) {
        ArrayDeque<Object> open = new ArrayDeque<>();
        long bytes = 0;
        long objects = 0;
        long payloads = 0;
        push(root, seen, open);
        while (!open.isEmpty()) {
            Object object = open.pop();
            if (payload.isInstance(object)) {
                payloads++;
                continue;
            }
            objects++;
            if (object.getClass().isArray()) {
                bytes += vm.sizeOf(object);
                if (object instanceof Object[] array) {
                    for (Object element : array) {
                        push(element, seen, open);
                    }
                }
            } else {
                Shape shape = shapes.computeIfAbsent(object.getClass(), type -> shapeOf(object));
                bytes += shape.bytes;
                for (long offset : shape.offsets) {
                    push(vm.getObject(object, offset), seen, open);
                }
                for (Field field : shape.others) {
                    push(ObjectUtils.value(object, field), seen, open);
                }
            }
        }
        return new Size(bytes, objects, payloads);
    }

    private void push(Object object, Set<Object> seen, ArrayDeque<Object> open) {
        if (object != null && !isNobodys(object) && !shared.contains(object) && seen.add(object)) {
            open.push(object);
        }
    }

    private static boolean isNobodys(Object object) {
        return object instanceof Class
                || object instanceof ClassLoader
                || object instanceof Module
                || object instanceof Thread
                || object instanceof ThreadGroup
                || object instanceof AccessibleObject
                || object instanceof MethodHandle
                || object instanceof VarHandle;
    }

    private Shape shapeOf(Object instance) {
        List<Long> offsets = new ArrayList<>();
        List<Field> others = new ArrayList<>();
        for (Class<?> c = instance.getClass(); c != null && c != Reference.class; c = c.getSuperclass()) {
            boolean hasOffsets = !c.isHidden() && !c.isRecord();
            for (Field field : c.getDeclaredFields()) {
                if (!Modifier.isStatic(field.getModifiers()) && !field.getType().isPrimitive()) {
                    if (hasOffsets) {
                        offsets.add(vm.fieldOffset(field));
                    } else {
                        others.add(field);
                    }
                }
            }
        }
        return new Shape(
                vm.sizeOf(instance), offsets.stream().mapToLong(Long::longValue).toArray(), others);
    }

    private static Set<Object> identitySet() {
        return Collections.newSetFromMap(new IdentityHashMap<>());
    }

    /** What all instances of a class have in common. */
    private static final class Shape {
        final long bytes;

        /** Of the fields that hold references. */
        final long[] offsets;

        /** Such fields of a hidden class (a lambda) or a record, whose offsets nobody tells. */
        final List<Field> others;

        Shape(long bytes, long[] offsets, List<Field> others) {
            this.bytes = bytes;
            this.offsets = offsets;
            this.others = others;
        }
    }
}
