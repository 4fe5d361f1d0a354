package io.heapwise.cache.internal.sizing;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;
import static org.assertj.core.api.Assertions.within;

import io.heapwise.cache.EntrySizer;
import io.heapwise.cache.SelfSized;
import io.heapwise.cache.internal.sizing.ApplicationCorpus.Holder;
import io.heapwise.cache.internal.sizing.ApplicationCorpus.Pair;
import java.io.IOException;
import java.lang.module.Configuration;
import java.lang.module.ModuleFinder;
import java.lang.ref.SoftReference;
import java.lang.ref.WeakReference;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Supplier;
import javax.tools.ToolProvider;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What the standard sizer makes of application classes: what is followed, what is not, and what is learnt. */
class ApplicationSizingTest {
    private static final long BIG_BYTES = 80_000;

    private static long bytes(Object value) {
        return EntrySizer.standard().sizeOfBytes(true, value); // a Boolean costs nothing
    }

    private static long walked(Object value) {
        return ObjectWalk.bytes(value, ObjectSizes.LOOKS_TO_LEARN);
    }

    private static Object big() {
        return new long[(int) (BIG_BYTES / Long.BYTES)];
    }

    // ---- what is followed ------------------------------------------------------------------------------------------

    @Test
    void theOuterInstanceOfAnInnerClassIsNotPaidFor() {
        Service service = new Service();
        assertThat(bytes(service)).isGreaterThan(BIG_BYTES);
        assertThat(bytes(service.inner())).isLessThan(100);
    }

    private static final class Service {
        private final Object state = big();

        private Object inner() {
            return new Inner();
        }

        private final class Inner {
            @Override
            public String toString() {
                return state.toString();
            }
        }
    }

    @Test
    void whatAReferenceRefersToIsNotPaidFor() {
        Object big = big();
        assertThat(bytes(new Holder(new WeakReference<>(big)))).isLessThan(200);
        assertThat(bytes(new Holder(new Soft(big)))).isLessThan(200);
        assertThat(bytes(new Soft(big))).isLessThan(200);
    }

    private static final class Soft extends SoftReference<Object> {
        private final String name = "soft";

        Soft(Object referent) {
            super(referent);
        }

        @Override
        public String toString() {
            return name;
        }
    }

    @Test
    void staticFieldsAreNotPaidFor() {
        assertThat(bytes(new WithStatic())).isEqualTo(bytes(new Object()));
    }

    private static final class WithStatic {
        static final Object BIG = big();
    }

    @Test
    void noMethodOfAnApplicationClassIsCalled() {
        assertThat(bytes(new Hostile(new Hostile(null)))).isPositive();
        assertThat(bytes(new HostileRecord(List.of(new HostileRecord("text"))))).isPositive();
    }

    private static final class Hostile {
        private final Object held;

        Hostile(Object held) {
            this.held = held;
        }

        @Override
        public boolean equals(Object other) {
            throw new AssertionError("called on " + held);
        }

        @Override
        public int hashCode() {
            throw new AssertionError("called");
        }

        @Override
        public String toString() {
            throw new AssertionError("called");
        }
    }

    private record HostileRecord(Object held) {
        @Override
        public Object held() {
            throw new AssertionError("called");
        }

        @Override
        public int hashCode() {
            throw new AssertionError("called");
        }
    }

    @Test
    void aSubclassOfACollectionIsAskedOnlyIfItOverridesNothing() {
        Tame tame = new Tame();
        Wild wild = new Wild();
        for (int i = 0; i < 5; i++) {
            tame.add(big());
            wild.add(big());
        }
        assertThat(bytes(tame)).isGreaterThan(5 * BIG_BYTES);
        assertThat(bytes(wild)).isLessThan(200);
    }

    private static final class Tame extends ArrayList<Object> {
        private static final long serialVersionUID = 1;

        int more() {
            return 1;
        }

        @Override
        public String toString() {
            return "tame" + more();
        }
    }

    private static final class Wild extends ArrayList<Object> {
        private static final long serialVersionUID = 1;

        @Override
        public Object get(int index) {
            throw new AssertionError("called");
        }
    }

    // ---- modules ---------------------------------------------------------------------------------------------------

    @TempDir
    Path folder;

    @Test
    void ofAModuleThatIsNotOpenOnlyTheObjectItselfCounts() throws Exception {
        Object closed = inModule("closed", "exports closed.model;");
        assertThat(bytes(closed)).isBetween(8L, 32L);
    }

    @Test
    void ofAModuleThatIsOpenWhatItRefersToCountsToo() throws Exception {
        assertThat(bytes(inModule("opened", "opens opened.model;"))).isGreaterThan(BIG_BYTES);
    }

    /** A {@code record Box(Object held)} that holds something big, in a module of its own. */
    private Object inModule(String name, String directive) throws Exception {
        Path source = write(name + "/module-info.java", "module " + name + " { " + directive + " }");
        Path box = write(
                name + "/" + name + "/model/Box.java", "package " + name + ".model; public record Box(Object held) {}");
        Path out = Files.createDirectories(folder.resolve(name + "-classes"));
        int failed = ToolProvider.getSystemJavaCompiler()
                .run(null, null, null, "-proc:none", "-d", out.toString(), source.toString(), box.toString());
        assertThat(failed).isZero();
        Configuration configuration =
                ModuleLayer.boot().configuration().resolve(ModuleFinder.of(out), ModuleFinder.of(), Set.of(name));
        ClassLoader loader = ModuleLayer.boot()
                .defineModulesWithOneLoader(configuration, ClassLoader.getSystemClassLoader())
                .findLoader(name);
        Object object = Class.forName(name + ".model.Box", true, loader)
                .getConstructor(Object.class)
                .newInstance(big());
        assertThat(object.getClass().getModule().isNamed()).isTrue();
        return object;
    }

    private Path write(String name, String text) throws IOException {
        Path file = folder.resolve(name);
        Files.createDirectories(file.getParent());
        return Files.writeString(file, text);
    }

    // ---- bounds ----------------------------------------------------------------------------------------------------

    @Test
    void looksAreBoundedInAChainATreeAndACrowd() {
        AtomicInteger asked = new AtomicInteger();
        Supplier<Object> leaf = () -> (SelfSized) asked::incrementAndGet;
        Object chain = leaf.get();
        Object tree = leaf.get();
        Object crowd = leaf.get();
        for (int depth = 0; depth < 2_000; depth++) {
            chain = new Pair<>(leaf.get(), chain);
        }
        for (int depth = 0; depth < 6; depth++) {
            Object below = tree;
            Object members = crowd;
            tree = new Object[] {below, leaf.get(), leaf.get(), leaf.get(), new Pair<>(leaf.get(), leaf.get())};
            crowd = new ArrayList<>(ApplicationCorpus.repeat(50, i -> new Pair<>(leaf.get(), members)));
        }
        for (Object object : List.of(chain, tree, crowd)) {
            asked.set(0);
            assertThat(walked(object)).isPositive();
            assertThat(asked.get()).isLessThanOrEqualTo(ObjectSizes.LOOKS_TO_LEARN);
        }
    }

    @Test
    void oneHugeElementDoesNotKeepTheOthersFromBeingSeen() {
        List<Object> list = new ArrayList<>(ApplicationCorpus.repeat(1000, i -> new long[100]));
        list.set(62, ApplicationCorpus.chain(5_000)); // the first that is looked at
        long rest = 1000 * bytes(new long[100]);
        assertThat(bytes(list)).isGreaterThan(rest / 2);
    }

    /** Where JOL counts a shared part once, the samples cannot tell: the estimate is between the truth and the tree. */
    @Test
    void whatTheElementsOfACrowdShareCountsAtMostOncePerSample() {
        long[] shared = new long[500];
        List<Object> list = ApplicationCorpus.repeat(1000, i -> new Pair<>("element " + (1000 + i), shared));
        long sharedBytes = bytes(shared);
        long withoutShared =
                bytes(new ArrayList<>(ApplicationCorpus.repeat(1000, i -> new Pair<>("element " + (1000 + i), null))));
        long truth = withoutShared + sharedBytes;
        assertThat(bytes(list))
                .isBetween((long) (0.9 * truth), withoutShared + 1000 / Elements.MOST_TAKEN * sharedBytes);
    }

    @Test
    void whatAFewElementsShareCountsOnce() {
        Object shared = big();
        assertThat(bytes(List.of(new Holder(shared), new Holder(shared), new Holder(shared))))
                .isBetween(BIG_BYTES, BIG_BYTES + 300);
    }

    // ---- SelfSized -------------------------------------------------------------------------------------------------

    @Test
    void aSelfSizedPartIsBelieved() {
        assertThat(bytes(new Holder((SelfSized) () -> 12_345))).isBetween(12_345L, 12_400L);
    }

    @Test
    void aSelfSizedPartThatFailsOrLiesFailsThePutAndPoisonsNothing() {
        record Failing(SelfSized part) {}
        for (int i = 0; i < 300; i++) {
            assertThatIllegalStateException().isThrownBy(() -> bytes(new Failing(() -> -1)));
            assertThatIllegalStateException()
                    .isThrownBy(() -> bytes(new Failing(() -> {
                        throw new IllegalArgumentException("scripted");
                    })));
        }
        assertThat(bytes(new Failing(() -> 1 << 20))).isBetween(1L << 20, (1L << 20) + 100);
        assertThat(bytes(new Failing(() -> Long.MAX_VALUE))).isEqualTo(Long.MAX_VALUE);
        assertThat(bytes(new Failing(() -> 100))).isBetween(100L, 200L);
        DeepParts.checkIntegrity(Failing.class);
    }

    // ---- what is learnt --------------------------------------------------------------------------------------------

    @Test
    void theGapsGrowByATenthUpToTheLongest() {
        long objects = 0;
        for (int measured = 1; measured < 200; measured++) {
            int gap = DeepParts.gapAfter(measured);
            assertThat(gap).isBetween(1, DeepParts.LONGEST_GAP).isLessThanOrEqualTo((int) (1 + 0.2 * objects));
            objects += gap;
        }
        assertThat(DeepParts.gapAfter(1)).isEqualTo(1);
        assertThat(DeepParts.gapAfter(200)).isEqualTo(DeepParts.LONGEST_GAP);
        assertThat(DeepParts.gapAfter(1 << 12)).isEqualTo(DeepParts.LONGEST_GAP);
    }

    private record Counted(Pair<Object, Pair<Object, SelfSized>> deep) {}

    @Test
    void aClassThatIsWellKnownIsMeasuredOnceInSoMany() {
        AtomicInteger asked = new AtomicInteger();
        Counted counted = new Counted(new Pair<>(null, new Pair<>(null, asked::incrementAndGet)));
        for (int i = 0; i < 20_000; i++) {
            bytes(counted);
        }
        assertThat(asked.get()).isBetween(80, 250);
        asked.set(0);
        for (int i = 0; i < 100 * DeepParts.LONGEST_GAP; i++) {
            bytes(counted);
        }
        assertThat(asked.get()).isBetween(99, 101);
    }

    private record Batch(Map<String, Object> settings, List<Object> items) {}

    @Test
    void anObjectWithTwiceAsManyElementsThanAnyBeforeIsMeasured() {
        for (int i = 0; i < 5_000; i++) {
            bytes(new Batch(Map.of(), List.of(new Holder("x"), new Holder("y"), new Holder("z"))));
        }
        for (int n : new int[] {8, 16, 32, 64, 500}) {
            Batch batch = new Batch(Map.of(), ApplicationCorpus.repeat(n, i -> new Holder(new byte[1000])));
            assertThat(bytes(batch)).as("with %d items", n).isEqualTo(walked(batch));
        }
        DeepParts.checkIntegrity(Batch.class);
    }

    private record Payload(Pair<Object, Holder> deep) {}

    @Test
    void whatIsDeepAndWhollyDifferentIsRightOnTheAverage() {
        double truth = 0;
        double told = 0;
        for (int i = 0; i < 20_000; i++) {
            // scattered over 0 to 1023 by the golden ratio
            Payload payload = new Payload(new Pair<>(null, new Holder(new byte[(i * 0x9E3779B9) >>> 22])));
            truth += walked(payload);
            told += bytes(payload);
        }
        assertThat(told / truth).isCloseTo(1, within(0.05));
    }

    private record Twice(String one, String other) {}

    @Test
    void fieldsThatShareAnObjectAreLearntToShareIt() {
        String text = "a text of some length".repeat(10);
        Twice twice = new Twice(text, text);
        for (int i = 0; i < 1000; i++) {
            assertThat(bytes(twice)).isEqualTo(walked(twice));
        }
    }

    private static final class Shifting {
        volatile Object held = "";
        final List<Object> list = new ArrayList<>();
    }

    @Test
    void manyThreadsSizeWhatOthersChangeAndNothingBreaks() throws Exception {
        int threads = 4;
        Shifting shifting = new Shifting();
        CyclicBarrier start = new CyclicBarrier(threads);
        ExecutorService crew = Executors.newFixedThreadPool(threads);
        try {
            List<Callable<Long>> tasks = new ArrayList<>(Collections.nCopies(threads - 1, () -> {
                start.await();
                long most = 0;
                for (int i = 0; i < 20_000; i++) {
                    long bytes = bytes(shifting);
                    assertThat(bytes).isPositive();
                    most = Math.max(most, bytes);
                }
                return most;
            }));
            tasks.add(() -> {
                start.await();
                for (int i = 0; i < 50_000; i++) {
                    shifting.held = i % 3 == 0 ? shifting : i % 3 == 1 ? new Object[i % 20] : "text " + i;
                    if (i % 50 == 0) {
                        shifting.list.clear();
                    }
                    shifting.list.add(i % 2 == 0 ? shifting.list : new Holder(i));
                }
                return 0L;
            });
            for (Future<Long> future : crew.invokeAll(tasks)) {
                assertThat(future.get()).isLessThan(1_000_000);
            }
        } finally {
            crew.shutdownNow();
        }
        DeepParts.checkIntegrity(Shifting.class);
    }

    @Test
    void arraysOfTheWidestKindDoNotOverflow() {
        Object[] widest = new Object[1 << 20];
        Arrays.fill(widest, (SelfSized) () -> Long.MAX_VALUE / 2);
        assertThat(bytes(new Holder(widest))).isPositive();
    }
}
