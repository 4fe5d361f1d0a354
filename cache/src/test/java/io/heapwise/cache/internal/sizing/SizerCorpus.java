package io.heapwise.cache.internal.sizing;

import java.math.BigDecimal;
import java.math.BigInteger;
import java.nio.ByteBuffer;
import java.nio.CharBuffer;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.LocalTime;
import java.time.Period;
import java.util.AbstractMap;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.BitSet;
import java.util.Collection;
import java.util.Collections;
import java.util.HashMap;
import java.util.HashSet;
import java.util.IdentityHashMap;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.LinkedList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.PriorityQueue;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.concurrent.ConcurrentSkipListSet;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CopyOnWriteArraySet;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicIntegerArray;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicLongArray;
import java.util.concurrent.atomic.AtomicReference;
import java.util.concurrent.atomic.AtomicReferenceArray;
import java.util.function.Supplier;

/** Objects whose size JOL can tell, and classes whose field packing is easy to get wrong. */
final class SizerCorpus {
    private SizerCorpus() {}

    /** Whole graphs that must come out to the byte. */
    static Map<String, Object> exactGraphs() {
        Map<String, Object> cases = new LinkedHashMap<>();
        cases.put("Integer", 128);
        cases.put("Short", (short) -129);
        cases.put("Character", 'ж');
        cases.put("Long", 1L << 40);
        cases.put("Float", 1.5f);
        cases.put("Double", 1.5d);
        for (int length : new int[] {0, 1, 3, 4, 5, 7, 8, 9, 12, 13, 16, 17, 31, 100, 1024, 5000}) {
            cases.put("latin1 string " + length, "é".repeat(length));
            cases.put("utf16 string " + length, "ж".repeat(length));
            cases.put("byte[" + length, new byte[length]);
            cases.put("boolean[" + length, new boolean[length]);
            cases.put("char[" + length, new char[length]);
            cases.put("short[" + length, new short[length]);
            cases.put("int[" + length, new int[length]);
            cases.put("float[" + length, new float[length]);
            cases.put("long[" + length, new long[length]);
            cases.put("double[" + length, new double[length]);
            cases.put("Object[" + length, new Object[length]);
        }
        cases.put("one wide character in 1024", "a".repeat(700) + "€" + "a".repeat(323));
        for (int bits : new int[] {5, 31, 32, 33, 63, 64, 65, 96, 500}) {
            BigInteger power = BigInteger.ONE.shiftLeft(bits);
            cases.put("2^" + bits, power);
            cases.put("-2^" + bits, power.negate());
            cases.put("2^n-1 " + bits, power.subtract(BigInteger.ONE));
            if (bits >= 64) { // below, BigDecimal(BigInteger) keeps its argument beside the compact form
                cases.put("decimal 2^" + bits, new BigDecimal(power, 2));
            }
        }
        cases.put("compact decimal", BigDecimal.valueOf(123456789L, 3));
        cases.put("BitSet", new BitSet(200));
        cases.put("UUID", new UUID(1, 2));
        cases.put("Instant", Instant.ofEpochSecond(1, 2));
        cases.put("Duration", Duration.ofNanos(5));
        cases.put("Period", Period.of(1, 2, 3));
        cases.put("LocalDate", LocalDate.of(2000, 1, 2));
        cases.put("LocalTime", LocalTime.of(1, 2, 3, 4));
        cases.put("LocalDateTime", LocalDateTime.of(2000, 1, 2, 3, 4, 5, 6));
        cases.put("Optional", Optional.of(new UUID(1, 2)));
        cases.put("OptionalLong", OptionalLong.of(5));
        cases.put("AtomicBoolean", new AtomicBoolean());
        cases.put("AtomicInteger", new AtomicInteger());
        cases.put("AtomicLong", new AtomicLong());
        cases.put("AtomicReference", new AtomicReference<>(1000));
        cases.put("AtomicIntegerArray", new AtomicIntegerArray(7));
        cases.put("AtomicLongArray", new AtomicLongArray(7));
        cases.put("AtomicReferenceArray", new AtomicReferenceArray<>(new Object[] {1000, 2000, null}));
        cases.put("heap ByteBuffer", ByteBuffer.allocate(100));
        cases.put("read-only ByteBuffer", ByteBuffer.allocate(100).asReadOnlyBuffer());
        cases.put("slice", ByteBuffer.allocate(100).position(50).slice());
        cases.put("CharBuffer", CharBuffer.allocate(33));
        cases.put("Object[] of arrays", new Object[] {new int[5], new int[9], "x".repeat(20), null});
        cases.put("int[][]", new int[6][11]);
        cases.put("List1", List.of(1000));
        cases.put("List2", List.of(1000, 2000));
        cases.put("ListN", List.of(1000, 2000, 3000));
        cases.put("Set1", Set.of(1000));
        cases.put("Set2", Set.of(1000, 2000));
        cases.put("SetN", Set.of(1000, 2000, 3000));
        cases.put("Map1", Map.of(1000, 2000));
        cases.put("MapN", Map.of(1000, 2000, 3000, 4000));
        cases.put("entry", Map.entry(1000, 2000));
        cases.put("SimpleEntry", new AbstractMap.SimpleEntry<>(1000, 2000));
        cases.put("singleton list", Collections.singletonList(1000));
        cases.put("singleton set", Collections.singleton(1000));
        cases.put("singleton map", Collections.singletonMap(1000, 2000));
        cases.put("asList", Arrays.asList(1000, 2000, 3000));
        cases.put("copy on write", new CopyOnWriteArrayList<>(List.of(1000, 2000)));
        return cases;
    }

    /** Structures of equal elements, in many sizes, that may be off by ten percent. */
    static Map<String, Object> estimatedGraphs() {
        Map<String, Object> cases = new LinkedHashMap<>();
        for (int n : new int[] {1, 2, 5, 8, 9, 11, 13, 20, 24, 25, 49, 100, 500, 1000}) {
            if (n >= 5) { // a shorter one may have been copied or grown, and the difference is more than ten percent
                addCollection(cases, n, new ArrayList<>());
                cases.put("copied ArrayList " + n, new ArrayList<>(strings(n)));
            }
            addCollection(cases, n, new LinkedList<>());
            addCollection(cases, n, new HashSet<>());
            addCollection(cases, n, new LinkedHashSet<>());
            addCollection(cases, n, new TreeSet<>());
            addCollection(cases, n, new CopyOnWriteArrayList<>());
            addCollection(cases, n, new CopyOnWriteArraySet<>());
            addCollection(cases, n, new ArrayDeque<>());
            addCollection(cases, n, new PriorityQueue<>());
            addCollection(cases, n, ConcurrentHashMap.newKeySet());
            addMap(cases, n, new HashMap<>());
            addMap(cases, n, new LinkedHashMap<>());
            addMap(cases, n, new TreeMap<>());
            addMap(cases, n, new ConcurrentHashMap<>());
            addMap(cases, n, new IdentityHashMap<>());
            cases.put("List.copyOf " + n, List.copyOf(strings(n)));
            cases.put("Set.copyOf " + n, Set.copyOf(strings(n)));
            cases.put("Map.copyOf " + n, Map.copyOf(fill(n, new HashMap<>())));
            cases.put("Object[] " + n, strings(n).toArray());
        }
        // its index is drawn at random, so only a large one is near its mean
        addCollection(cases, 1000, new ConcurrentSkipListSet<>());
        addMap(cases, 1000, new ConcurrentSkipListMap<>());
        Map<String, Object> nested = new HashMap<>();
        for (int i = 0; i < 50; i++) {
            nested.put(string(i), new ArrayList<>(strings(6)));
        }
        cases.put("map of lists", nested);
        return cases;
    }

    private static void addCollection(Map<String, Object> cases, int n, Collection<String> into) {
        strings(n).forEach(into::add);
        cases.put(into.getClass().getSimpleName() + " " + n, into);
    }

    private static void addMap(Map<String, Object> cases, int n, Map<String, Object> into) {
        cases.put(into.getClass().getSimpleName() + " " + n, fill(n, into));
    }

    private static Map<String, Object> fill(int n, Map<String, Object> into) {
        for (int i = 0; i < n; i++) {
            into.put(string(i), new long[8]);
        }
        return into;
    }

    private static List<String> strings(int n) {
        List<String> strings = new ArrayList<>();
        for (int i = 0; i < n; i++) {
            strings.add(string(i));
        }
        return strings;
    }

    private static String string(int i) {
        return String.format("an element of some forty-eight characters %06d", i);
    }

    /** Objects of which the shallow size counts. */
    static List<Object> applicationObjects() {
        int captured = strings(3).size();
        String text = string(captured);
        Supplier<Object> lambda = () -> text + captured;
        Runnable constant = () -> {};
        return List.of(
                new Empty(),
                new A(),
                new B(),
                new C(),
                new D(),
                new E(),
                new F(),
                new Gaps(),
                new References(),
                new Point(1, 2L, (byte) 3, "x"),
                lambda,
                constant,
                new Object() {
                    final Object outer = text;
                });
    }

    /** Makes one object that refers to no other new one. */
    static Map<String, Supplier<Object>> constructors() {
        Map<String, Supplier<Object>> cases = new LinkedHashMap<>();
        cases.put("Object", Object::new);
        cases.put("A", A::new);
        cases.put("B", B::new);
        cases.put("C", C::new);
        cases.put("D", D::new);
        cases.put("E", E::new);
        cases.put("F", F::new);
        cases.put("Gaps", Gaps::new);
        cases.put("References", References::new);
        cases.put("record", () -> new Point(1, 2L, (byte) 3, null));
        cases.put("UUID", () -> new UUID(1, 2));
        cases.put("ArrayList", () -> new ArrayList<>(0));
        cases.put("LinkedList", LinkedList::new);
        cases.put("HashMap", HashMap::new);
        cases.put("TreeMap", TreeMap::new);
        cases.put("ConcurrentHashMap", ConcurrentHashMap::new);
        cases.put("HashSet", HashSet::new);
        for (int length : new int[] {0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 13, 17, 100}) {
            cases.put("byte[" + length, () -> new byte[length]);
            cases.put("char[" + length, () -> new char[length]);
            cases.put("int[" + length, () -> new int[length]);
            cases.put("long[" + length, () -> new long[length]);
            cases.put("Object[" + length, () -> new Object[length]);
        }
        return cases;
    }

    static class Empty {}

    static class A {
        byte a;
    }

    static class B extends A {
        long b;
        byte c;
    }

    static class C extends B {
        int d;
        short e;
        byte f;
        Object g;
    }

    static class D extends C {
        byte h;
        double i;
        char j;
        boolean k;
    }

    static class E extends D {
        int l;
        int m;
        Object n;
        byte o;
        byte p;
    }

    static class F extends E {
        short q;
        long r;
        Object s;
        float t;
        static long notCounted;
    }

    static class Gaps extends Empty {
        long a;
        long b;
        byte c;
    }

    static class References extends Gaps {
        Object a;
        int[] b;
        String c;
        short d;
    }

    record Point(int x, long y, byte z, String name) {}
}
