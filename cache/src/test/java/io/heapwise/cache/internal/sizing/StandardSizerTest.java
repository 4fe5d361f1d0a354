package io.heapwise.cache.internal.sizing;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;
import static org.assertj.core.api.Assertions.assertThatNullPointerException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.sun.management.ThreadMXBean;
import io.heapwise.cache.EntrySizer;
import io.heapwise.cache.SelfSized;
import java.io.File;
import java.lang.management.ManagementFactory;
import java.lang.ref.WeakReference;
import java.math.BigInteger;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.ZoneId;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.ConcurrentModificationException;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Supplier;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class StandardSizerTest {
    private static final EntrySizer<Object, Object> SIZER = EntrySizer.standard();
    private static final Object FREE = TimeUnit.DAYS;
    private static final int MOST_LOOKS = 128;

    @Test
    void anEntryIsItsKeyAndItsValue() {
        long key = SIZER.sizeOfBytes("a key", FREE);
        long value = SIZER.sizeOfBytes(FREE, new long[10]);
        assertThat(key).isPositive();
        assertThat(SIZER.sizeOfBytes("a key", new long[10])).isEqualTo(key + value);
    }

    @Test
    void aSelfSizedObjectIsBelieved() {
        SelfSized object = () -> 12_345;
        assertThat(bytes(object)).isEqualTo(12_345);
    }

    @Test
    void aSelfSizedElementIsAsked() {
        SelfSized one = () -> 1 << 20;
        SelfSized other = () -> 1 << 21;
        long shell = bytes(new Object[4]);
        assertThat(bytes(new Object[] {one, null, other, one})).isEqualTo(shell + (3 << 20));
    }

    @Test
    void aSelfSizedEnumConstantIsAsked() {
        assertThat(bytes(SelfSizedConstant.ONE)).isEqualTo(7);
    }

    @Test
    void aNegativeSizeFailsNamingTheClass() {
        assertThatIllegalStateException()
                .isThrownBy(() -> bytes(List.of(1, new Negative())))
                .withMessage("sizeBytes=-3 of " + Negative.class.getName()
                        + " (expected >= 0): fix its SelfSized.sizeBytes()");
    }

    @Test
    void aFailingSizeFailsNamingTheClass() {
        assertThatIllegalStateException()
                .isThrownBy(() -> bytes(new ArrayList<>(List.of(new Failing()))))
                .withMessage("sizeBytes() of " + Failing.class.getName()
                        + " failed (expected bytes >= 0): fix its SelfSized.sizeBytes()")
                .withCauseInstanceOf(ConcurrentModificationException.class);
    }

    @Test
    void anErrorPassesThrough() {
        SelfSized object = () -> {
            throw new StackOverflowError("scripted");
        };
        assertThatThrownBy(() -> bytes(object)).isInstanceOf(StackOverflowError.class);
    }

    @Test
    void sumsStopAtTheLargestLong() {
        SelfSized huge = () -> Long.MAX_VALUE;
        assertThat(SIZER.sizeOfBytes(huge, huge)).isEqualTo(Long.MAX_VALUE);
        assertThat(bytes(Collections.singletonList(huge))).isEqualTo(Long.MAX_VALUE);
        Object[] many = new Object[1000];
        Arrays.fill(many, huge);
        assertThat(bytes(many)).isEqualTo(Long.MAX_VALUE);
    }

    @Test
    void nullsAreRejectedByName() {
        assertThatNullPointerException()
                .isThrownBy(() -> SIZER.sizeOfBytes(nothing(), "value"))
                .withMessage("key");
        assertThatNullPointerException()
                .isThrownBy(() -> SIZER.sizeOfBytes("key", nothing()))
                .withMessage("value");
    }

    static List<Object> sharedObjects() {
        return List.of(
                TimeUnit.DAYS,
                String.class,
                ClassLoader.getPlatformClassLoader(),
                Thread.currentThread(),
                Object.class.getModule(),
                Locale.ROOT,
                StandardCharsets.UTF_8,
                ZoneId.of("Europe/Vienna"),
                true,
                (byte) -128,
                127,
                -128L,
                (short) 5,
                'a',
                BigInteger.valueOf(-16),
                List.of(),
                Set.of(),
                Map.of(),
                Optional.empty(),
                Collections.emptyList());
    }

    @ParameterizedTest
    @MethodSource("sharedObjects")
    void whatEveryoneSharesCostsNothing(Object shared) {
        assertThat(bytes(shared)).isZero();
    }

    @Test
    void nativeMemoryIsNotHeap() {
        assertThat(bytes(ByteBuffer.allocateDirect(1 << 20))).isBetween(1L, 200L);
    }

    @Test
    void subclassesOfCollectionsAreNotAsked() {
        assertThat(bytes(new Hostile())).isEqualTo(bytes(new ArrayList<>()));
    }

    @Test
    void collectionsThatLockAreNotAsked() throws InterruptedException {
        List<Object> locked = Collections.synchronizedList(new ArrayList<>(List.of(new long[1000])));
        AtomicInteger sized = new AtomicInteger();
        Thread other = new Thread(() -> sized.set((int) bytes(locked)));
        synchronized (locked) {
            other.start();
            other.join();
        }
        assertThat(sized.get()).isBetween(1, 100);
    }

    @Test
    void aStructureThatChangesMeanwhileCountsWithoutItsElements() {
        Object[] into = new Object[Elements.MOST_TAKEN];
        assertThat(Elements.take(new ArrayList<>(List.of(1, 2)), Shape.ARRAY_LIST, into, 0))
                .isEqualTo(2);
        assertThat(Elements.take(new Changing(5), Shape.ARRAY_LIST, into, 0)).isZero();
    }

    @Test
    void aStructureThatContainsItselfHasASize() {
        List<Object> list = new ArrayList<>();
        Map<Object, Object> map = new java.util.IdentityHashMap<>();
        Object[] array = new Object[3];
        for (int i = 0; i < 3; i++) {
            list.add(i % 2 == 0 ? list : map);
            map.put(new Object(), list);
            array[i] = array;
        }
        assertThat(bytes(list)).isBetween(1L, 1_000_000L);
        assertThat(bytes(map)).isBetween(1L, 1_000_000L);
        assertThat(bytes(array)).isBetween(1L, 1_000_000L);
    }

    @Test
    void looksAreBoundedForAnyWidthAndDepth() {
        for (int width : new int[] {1, 2, 3, 5, 8, 9, 50}) {
            AtomicInteger looks = new AtomicInteger();
            Supplier<Object> leaves = () -> (SelfSized) looks::incrementAndGet;
            Object lists = leaves.get();
            Object maps = leaves.get();
            for (int depth = 0; depth < 200; depth++) {
                List<Object> list = new ArrayList<>(List.of(lists));
                Map<Object, Object> map = new HashMap<>(Map.of(0, maps));
                for (int i = 1; i < width; i++) {
                    list.add(leaves.get());
                    map.put(i, leaves.get());
                }
                lists = list;
                maps = map;
                bytes(lists);
                assertThat(looks.getAndSet(0)).isLessThanOrEqualTo(MOST_LOOKS);
                bytes(maps);
                assertThat(looks.getAndSet(0)).isLessThanOrEqualTo(MOST_LOOKS);
            }
        }
    }

    @Test
    void threeLevelsAreLookedInto() {
        Object[] inner = {new long[10_000]};
        assertThat(bytes(List.of(List.of(inner)))).isGreaterThan(80_000);
    }

    @Test
    void elementsAreSampledFromAllOverAList() {
        List<Object> list = new ArrayList<>(Collections.nCopies(500, 1));
        for (int i = 0; i < 500; i++) {
            list.add(new long[100]);
        }
        double elements = 500.0 * bytes(new long[100]);
        assertThat((double) bytes(list)).isBetween(elements, 1.1 * elements);
    }

    @Test
    void simpleObjectsAreSizedWithoutAllocating() {
        Object[] values = {
            "short",
            "ж".repeat(50),
            "long ".repeat(5000),
            1000,
            5L,
            'x',
            2.5,
            new byte[100],
            new long[3],
            new Negative[0].getClass(),
            new BigInteger("123456789012345678901234567890"),
            new SizerCorpus.B(),
            TimeUnit.DAYS
        };
        assertThat(allocatedBytes(values, 10_000)).isZero();
    }

    @Test
    void anApplicationObjectThatIsNotLookedIntoIsSizedWithoutAllocating() {
        Object[] values = {ApplicationCorpus.order(5), ApplicationCorpus.customer(1), ApplicationCorpus.ring(5)};
        for (Object value : values) {
            Object[] one = {value};
            sizeRepeatedly(one, 20_000); // until only one in so many is measured
            assertThat(allocatedBytes(one, DeepParts.LONGEST_GAP / 4)).isZero();
        }
    }

    @Test
    void anApplicationObjectAllocatesFewBytesOnTheAverage() {
        Object[] values = {ApplicationCorpus.order(5)};
        sizeRepeatedly(values, 20_000);
        int calls = 100 * DeepParts.LONGEST_GAP;
        assertThat(allocatedBytes(values, calls) / (double) calls).isBetween(0.1, 16.0);
    }

    /** The least of some rounds: the JVM may add something of its own to one, and sampling a measurement. */
    private static long allocatedBytes(Object[] values, int times) {
        ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
        long sum = sizeRepeatedly(values, 100);
        long allocated = Long.MAX_VALUE;
        for (int round = 0; round < 5; round++) {
            long before = threads.getCurrentThreadAllocatedBytes();
            sum += sizeRepeatedly(values, times);
            allocated = Math.min(allocated, threads.getCurrentThreadAllocatedBytes() - before);
        }
        assertThat(sum).isPositive();
        return allocated;
    }

    private static long sizeRepeatedly(Object[] values, int times) {
        long sum = 0;
        for (int i = 0; i < times; i++) {
            for (Object value : values) {
                sum += SIZER.sizeOfBytes("key", value);
            }
        }
        return sum;
    }

    @Test
    void aSizedClassCanBeUnloaded() throws Exception {
        assertThat(isCollected(sizeInstanceFromALoaderOfItsOwn())).isTrue();
    }

    private static WeakReference<ClassLoader> sizeInstanceFromALoaderOfItsOwn() throws Exception {
        try (URLClassLoader loader = isolatedLoader()) {
            Class<?> type = loader.loadClass(ApplicationCorpus.Hidden.class.getName());
            var constructor = type.getDeclaredConstructor();
            constructor.setAccessible(true);
            assertThat(type).isNotSameAs(ApplicationCorpus.Hidden.class);
            assertThat(bytes(constructor.newInstance())).isGreaterThan(64);
            return new WeakReference<>(loader);
        }
    }

    @Test
    void theSizerItselfCanBeUnloadedThoughItHasSizedClassesThatStay() throws Exception {
        assertThat(isCollected(sizeObjectsThatStayWithASizerOfItsOwn())).isTrue();
    }

    private static WeakReference<ClassLoader> sizeObjectsThatStayWithASizerOfItsOwn() throws Exception {
        try (URLClassLoader loader = isolatedLoader()) {
            Class<?> type = loader.loadClass(EntrySizer.class.getName());
            assertThat(type).isNotSameAs(EntrySizer.class);
            Object sizer = type.getMethod("standard").invoke(null);
            Object size = type.getMethod("sizeOfBytes", Object.class, Object.class)
                    .invoke(sizer, "key", new ArrayList<>(List.of("value", new HashMap<>())));
            assertThat((long) size).isPositive();
            Object order = ApplicationCorpus.order(3);
            for (int i = 0; i < 100; i++) {
                size = type.getMethod("sizeOfBytes", Object.class, Object.class).invoke(sizer, order, order);
                assertThat((long) size).isPositive();
            }
            return new WeakReference<>(loader);
        }
    }

    private static URLClassLoader isolatedLoader() throws Exception {
        String classPath = System.getProperty("surefire.test.class.path", System.getProperty("java.class.path"));
        List<URL> urls = new ArrayList<>();
        for (String entry : classPath.split(File.pathSeparator)) {
            urls.add(new File(entry).toURI().toURL());
        }
        return new URLClassLoader(urls.toArray(URL[]::new), ClassLoader.getPlatformClassLoader());
    }

    private static boolean isCollected(WeakReference<ClassLoader> loader) {
        for (int collections = 0; collections < 20 && !loader.refersTo(null); collections++) {
            System.gc();
        }
        return loader.refersTo(null);
    }

    private static long bytes(Object value) {
        return SIZER.sizeOfBytes(FREE, value);
    }

    @SuppressWarnings("TypeParameterUnusedInFormals")
    private static <T> T nothing() {
        return null;
    }

    private enum SelfSizedConstant implements SelfSized {
        ONE;

        @Override
        public long sizeBytes() {
            return 7;
        }
    }

    private static final class Negative implements SelfSized {
        @Override
        public long sizeBytes() {
            return -3;
        }
    }

    /** Throws what a racing collection would throw, and must not be taken for one. */
    private static final class Failing implements SelfSized {
        @Override
        public long sizeBytes() {
            throw new ConcurrentModificationException("scripted");
        }
    }

    private static final class Hostile extends ArrayList<Object> {
        private static final long serialVersionUID = 1;

        @Override
        public int size() {
            throw new AssertionError("asked");
        }
    }

    /** A list that shrinks between being asked for its size and for its elements. */
    private static final class Changing extends java.util.AbstractList<Object> {
        private final int size;

        Changing(int size) {
            this.size = size;
        }

        @Override
        public Object get(int index) {
            throw new IndexOutOfBoundsException(index);
        }

        @Override
        public int size() {
            return size;
        }
    }
}
