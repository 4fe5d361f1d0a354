package io.heapwise.cache.internal.sizing;

import java.lang.reflect.Method;
import java.lang.reflect.Modifier;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.LocalTime;
import java.time.OffsetDateTime;
import java.time.OffsetTime;
import java.time.ZonedDateTime;
import java.util.AbstractMap;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.HashSet;
import java.util.IdentityHashMap;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.LinkedList;
import java.util.Map;
import java.util.Optional;
import java.util.PriorityQueue;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.concurrent.ConcurrentSkipListSet;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CopyOnWriteArraySet;
import java.util.concurrent.atomic.AtomicIntegerArray;
import java.util.concurrent.atomic.AtomicLongArray;
import java.util.concurrent.atomic.AtomicReference;
import java.util.concurrent.atomic.AtomicReferenceArray;
import org.jspecify.annotations.Nullable;

/**
 * The profiles of the JDK classes that have arithmetic. Invariant: a class is here only if asking its instances for size and
 * elements takes no lock and runs no code of the application. A subclass may do either, so it is known only if it overrides
 * nothing. Immutable once built.
 *
 * <p>Shells and nodes are measured from the field types of the running JDK. Its private classes are found by name, and one
 * that this JDK does not have is left out: its instances then count as plain objects.
 */
final class KnownClasses {
    /** Neither asking for the size nor for elements comes to these. */
    private static final Set<String> NEVER_CALLED =
            Set.of("equals", "hashCode", "toString", "clone", "finalize", "removeEldestEntry");

    private final HeapLayout heap;
    private final Map<Class<?>, Long> profiles = new HashMap<>();

    KnownClasses(HeapLayout heap) {
        this.heap = heap;
        addValues();
        addCollections();
        addMaps();
    }

    @Nullable Long profile(Class<?> type) {
        Class<?> known = type.getSuperclass();
        while (known != null && !profiles.containsKey(known)) {
            known = known.getSuperclass();
        }
        if (known == null || profiles.containsKey(type)) {
            return profiles.get(type);
        }
        return overridesNothing(type, known) ? inherited(type, known) : null;
    }

    private @Nullable Long inherited(Class<?> type, Class<?> known) {
        long profile = profiles.getOrDefault(known, 0L);
        Shape shape = ClassProfiles.shape(profile);
        // only what has elements is asked for them; an AtomicInteger with a field more is a plain object
        return shape.hasElements()
                ? ClassProfiles.profile(
                        shape,
                        ClassProfiles.shellBytes(profile) + bytes(type) - bytes(known),
                        ClassProfiles.nodeBytes(profile))
                : null;
    }

    /** By name alone, which is more than needed: overloads, too, forbid to ask. */
    private static boolean overridesNothing(Class<?> type, Class<?> known) {
        Set<String> names = new HashSet<>();
        for (Method method : known.getMethods()) {
            names.add(method.getName());
        }
        for (Class<?> at = known; at != null; at = at.getSuperclass()) {
            for (Method method : at.getDeclaredMethods()) {
                names.add(method.getName());
            }
        }
        names.removeAll(NEVER_CALLED);
        try {
            for (Class<?> at = type; at != known; at = at.getSuperclass()) {
                for (Method method : at.getDeclaredMethods()) {
                    if (!Modifier.isStatic(method.getModifiers()) && names.contains(method.getName())) {
                        return false;
                    }
                }
            }
            return true;
        } catch (LinkageError | SecurityException hidden) {
            return false;
        }
    }

    private void addValues() {
        // every Boolean and Byte that valueOf returns is cached
        add(Boolean.class, Shape.SHARED, 0, 0);
        add(Byte.class, Shape.SHARED, 0, 0);
        add(Short.class, Shape.SHORT);
        add(Character.class, Shape.CHARACTER);
        add(Integer.class, Shape.INTEGER);
        add(Long.class, Shape.LONG);
        add(String.class, Shape.STRING);
        add(BigInteger.class, Shape.BIG_INTEGER);
        add(BigDecimal.class, Shape.BIG_DECIMAL);
        add(BitSet.class, Shape.BIT_SET);
        add(AtomicIntegerArray.class, Shape.ATOMIC_INTEGER_ARRAY);
        add(AtomicLongArray.class, Shape.ATOMIC_LONG_ARRAY);
        add(AtomicReferenceArray.class, Shape.ATOMIC_REFERENCE_ARRAY);
        add(AtomicReference.class, Shape.ATOMIC_REFERENCE);
        add(Optional.class, Shape.OPTIONAL);
        // zones are shared, so these end in parts of fixed size
        long dateTime = bytes(LocalDateTime.class) + bytes(LocalDate.class) + bytes(LocalTime.class);
        add(LocalDateTime.class, Shape.PLAIN, dateTime, 0);
        add(OffsetDateTime.class, Shape.PLAIN, bytes(OffsetDateTime.class) + dateTime, 0);
        add(ZonedDateTime.class, Shape.PLAIN, bytes(ZonedDateTime.class) + dateTime, 0);
        add(OffsetTime.class, Shape.PLAIN, bytes(OffsetTime.class) + bytes(LocalTime.class), 0);
    }

    private void addCollections() {
        long hashMap = bytes(HashMap.class);
        long hashNode = bytes("java.util.HashMap$Node");
        long linkedNode = bytes("java.util.LinkedHashMap$Entry");
        long skipListNode = skipListNodeBytes();
        add(ArrayList.class, Shape.ARRAY_LIST);
        add(ArrayDeque.class, Shape.ARRAY_DEQUE);
        add(PriorityQueue.class, Shape.PRIORITY_QUEUE);
        add(LinkedList.class, Shape.NODES_COLLECTION, bytes(LinkedList.class), bytes("java.util.LinkedList$Node"));
        long copyOnWrite = bytes(CopyOnWriteArrayList.class) + bytes(Object.class); // its lock
        add(CopyOnWriteArrayList.class, Shape.EXACT_LIST, copyOnWrite, 0);
        add(CopyOnWriteArraySet.class, Shape.EXACT_COLLECTION, bytes(CopyOnWriteArraySet.class) + copyOnWrite, 0);
        add(HashSet.class, Shape.HASHED_SET, bytes(HashSet.class) + hashMap, hashNode);
        add(LinkedHashSet.class, Shape.HASHED_SET, bytes(LinkedHashSet.class) + bytes(LinkedHashMap.class), linkedNode);
        add(
                TreeSet.class,
                Shape.NODES_COLLECTION,
                bytes(TreeSet.class) + bytes(TreeMap.class),
                bytes("java.util.TreeMap$Entry"));
        add(
                ConcurrentSkipListSet.class,
                Shape.NODES_COLLECTION,
                bytes(ConcurrentSkipListSet.class) + skipListShellBytes(),
                skipListNode);
        add(
                ConcurrentHashMap.KeySetView.class,
                Shape.HASHED_SET,
                bytes(ConcurrentHashMap.KeySetView.class) + bytes(ConcurrentHashMap.class),
                bytes("java.util.concurrent.ConcurrentHashMap$Node"));
        add("java.util.Arrays$ArrayList", Shape.EXACT_LIST);
        add("java.util.ImmutableCollections$List12", Shape.FIELDS_LIST);
        add("java.util.ImmutableCollections$ListN", Shape.IMMUTABLE_LIST);
        add("java.util.ImmutableCollections$Set12", Shape.NODES_COLLECTION);
        add("java.util.ImmutableCollections$SetN", Shape.IMMUTABLE_SET);
        add("java.util.Collections$SingletonList", Shape.FIELDS_LIST);
        add("java.util.Collections$SingletonSet", Shape.NODES_COLLECTION);
        addShared("java.util.Collections$EmptyList");
        addShared("java.util.Collections$EmptySet");
        addShared("java.util.Collections$EmptyMap");
    }

    private void addMaps() {
        add(HashMap.class, Shape.HASHED_MAP, bytes(HashMap.class), bytes("java.util.HashMap$Node"));
        add(LinkedHashMap.class, Shape.HASHED_MAP, bytes(LinkedHashMap.class), bytes("java.util.LinkedHashMap$Entry"));
        add(
                ConcurrentHashMap.class,
                Shape.HASHED_MAP,
                bytes(ConcurrentHashMap.class),
                bytes("java.util.concurrent.ConcurrentHashMap$Node"));
        add(TreeMap.class, Shape.NODES_MAP, bytes(TreeMap.class), bytes("java.util.TreeMap$Entry"));
        add(ConcurrentSkipListMap.class, Shape.NODES_MAP, skipListShellBytes(), skipListNodeBytes());
        add(IdentityHashMap.class, Shape.IDENTITY_MAP);
        add(EnumMap.class, Shape.ENUM_MAP);
        add("java.util.Collections$SingletonMap", Shape.NODES_MAP);
        add("java.util.ImmutableCollections$Map1", Shape.NODES_MAP);
        add("java.util.ImmutableCollections$MapN", Shape.IMMUTABLE_MAP);
        add(AbstractMap.SimpleEntry.class, Shape.MAP_ENTRY);
        add(AbstractMap.SimpleImmutableEntry.class, Shape.MAP_ENTRY);
        add("java.util.KeyValueHolder", Shape.MAP_ENTRY);
    }

    /** The head of the bottom list, the head index above it, and the counter. */
    private long skipListShellBytes() {
        return bytes(ConcurrentSkipListMap.class)
                + bytes("java.util.concurrent.ConcurrentSkipListMap$Node")
                + bytes("java.util.concurrent.ConcurrentSkipListMap$Index")
                + bytes("java.util.concurrent.atomic.LongAdder");
    }

    /** A quarter of the nodes is indexed, and half of those again at each level: half an index node per node. */
    private long skipListNodeBytes() {
        return bytes("java.util.concurrent.ConcurrentSkipListMap$Node")
                + bytes("java.util.concurrent.ConcurrentSkipListMap$Index") / 2;
    }

    private void add(Class<?> type, Shape shape) {
        add(type, shape, bytes(type), 0);
    }

    private void add(Class<?> type, Shape shape, long shellBytes, long nodeBytes) {
        profiles.put(type, ClassProfiles.profile(shape, shellBytes, nodeBytes));
    }

    private void add(String name, Shape shape) {
        Class<?> type = find(name);
        if (type != null) {
            add(type, shape);
        }
    }

    private void addShared(String name) {
        Class<?> type = find(name);
        if (type != null) {
            add(type, Shape.SHARED, 0, 0);
        }
    }

    private long bytes(Class<?> type) {
        return FieldPacking.instanceBytes(type, heap);
    }

    private long bytes(String name) {
        Class<?> type = find(name);
        // without the class: a header, a hash and three references, which is what a node of a linked table has
        return type != null ? bytes(type) : heap.instanceBytes(heap.headerBytes() + 4 + 3 * heap.referenceBytes());
    }

    private static @Nullable Class<?> find(String name) {
        try {
            return Class.forName(name, false, null);
        } catch (ClassNotFoundException notInThisJdk) {
            return null;
        }
    }
}
