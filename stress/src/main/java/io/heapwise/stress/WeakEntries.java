package io.heapwise.stress;

import static org.openjdk.jcstress.annotations.Expect.ACCEPTABLE;
import static org.openjdk.jcstress.annotations.Expect.FORBIDDEN;

import io.heapwise.cache.WeakCache;
import io.heapwise.cache.internal.weak.Collecting;
import io.heapwise.memory.Subscription;
import java.util.concurrent.atomic.AtomicInteger;
import org.openjdk.jcstress.annotations.Actor;
import org.openjdk.jcstress.annotations.Arbiter;
import org.openjdk.jcstress.annotations.JCStressTest;
import org.openjdk.jcstress.annotations.Outcome;
import org.openjdk.jcstress.annotations.State;
import org.openjdk.jcstress.infra.results.III_Result;
import org.openjdk.jcstress.infra.results.II_Result;
import org.openjdk.jcstress.infra.results.I_Result;

/** What is collected leaves by itself, and takes nothing newer with it; what is held is found, whatever happens around it. */
public final class WeakEntries {
    private WeakEntries() {}

    /** A cache that is closed once a test has looked at it, or the thread of all weak caches would have thousands to look after. */
    static class Caching {
        static final Object OLD = "old";
        static final Object NEW = "new";

        final WeakCache<Integer, Object> cache =
                WeakCache.<Integer, Object>builder().executor(Runnable::run).build();
        final AtomicInteger runs = new AtomicInteger();

        final int which(Integer key) {
            Object found = cache.getIfPresent(key);
            return found == null ? 0 : found == OLD ? 1 : 2;
        }

        final void end() {
            Collecting.check(cache);
            cache.close();
        }
    }

    @JCStressTest
    @Outcome(id = "2, 1", expect = ACCEPTABLE, desc = "the newer value stays, the action of the older has run")
    @Outcome(expect = FORBIDDEN, desc = "the newer value was taken out, or the action ran not once")
    @State
    public static class ReplacedWhileCollected extends Caching {
        private final Collecting old;

        public ReplacedWhileCollected() {
            cache.put(1, OLD);
            cache.onCollected(1, runs::incrementAndGet);
            old = new Collecting(cache);
        }

        @Actor
        public void collect() {
            old.collect();
            old.takeOut();
        }

        @Actor
        public void replace() {
            cache.put(1, NEW);
        }

        @Arbiter
        public void after(II_Result r) {
            old.takeOut();
            r.r1 = which(1);
            while (runs.get() == 0) {
                Thread.onSpinWait(); // the shared thread has taken it, and is about to run it
            }
            end();
            r.r2 = runs.get();
        }
    }

    @JCStressTest
    @Outcome(
            id = {"1", "2"},
            expect = ACCEPTABLE,
            desc = "one of the values")
    @Outcome(expect = FORBIDDEN, desc = "nothing, though there always was a value")
    @State
    public static class ReadWhileReplacedAndCollected extends Caching {
        private final Collecting old;

        public ReadWhileReplacedAndCollected() {
            cache.put(1, OLD);
            old = new Collecting(cache);
        }

        @Actor
        public void read(I_Result r) {
            r.r1 = which(1);
        }

        @Actor
        public void replace() {
            cache.put(1, NEW);
            old.collect();
            old.takeOut();
        }

        @Arbiter
        public void after(I_Result r) {
            end();
        }
    }

    @JCStressTest
    @Outcome(
            id = {"0, 1, 0", "1, 1, 0"},
            expect = ACCEPTABLE,
            desc = "read before or after it was removed")
    @Outcome(expect = FORBIDDEN, desc = "not removed, or another value")
    @State
    public static class GetWhileRemoved extends Caching {
        public GetWhileRemoved() {
            cache.put(1, OLD);
        }

        @Actor
        public void get(III_Result r) {
            r.r1 = which(1);
        }

        @Actor
        public void remove(III_Result r) {
            r.r2 = cache.remove(1) == OLD ? 1 : 0;
        }

        @Arbiter
        public void after(III_Result r) {
            r.r3 = which(1);
            end();
        }
    }

    @JCStressTest
    @Outcome(id = "1, 1", expect = ACCEPTABLE, desc = "the loaded value, which stays")
    @Outcome(id = "1, 0", expect = ACCEPTABLE, desc = "the loaded value, which was invalidated")
    @Outcome(expect = FORBIDDEN, desc = "nothing was loaded")
    @State
    public static class LoadedWhileInvalidated extends Caching {
        @Actor
        public void load(II_Result r) {
            r.r1 = cache.get(1, key -> OLD) == OLD ? 1 : 0;
        }

        @Actor
        public void invalidate() {
            cache.invalidate(1);
        }

        @Arbiter
        public void after(II_Result r) {
            r.r2 = which(1);
            end();
        }
    }

    @JCStressTest
    @Outcome(
            id = {"1, 1", "2, 2"},
            expect = ACCEPTABLE,
            desc = "one loads, and both have its value")
    @Outcome(expect = FORBIDDEN, desc = "two values at once")
    @State
    public static class TwoLoads extends Caching {
        @Actor
        public void first(II_Result r) {
            r.r1 = cache.get(1, key -> OLD) == OLD ? 1 : 2;
        }

        @Actor
        public void second(II_Result r) {
            r.r2 = cache.get(1, key -> NEW) == OLD ? 1 : 2;
        }

        @Arbiter
        public void after(II_Result r) {
            if (which(1) != r.r1) {
                r.r1 = -1;
            }
            end();
        }
    }

    /** Seven entries in eight places: the next but one has the table rebuilt. */
    static class NearlyFull extends Caching {
        NearlyFull() {
            for (int key = 1; key <= 7; key++) {
                cache.put(key, OLD);
            }
        }

        final void grow() {
            for (int key = 8; key <= 10; key++) {
                cache.put(key, NEW);
            }
        }
    }

    @JCStressTest
    @Outcome(id = "1, 1", expect = ACCEPTABLE, desc = "found")
    @Outcome(expect = FORBIDDEN, desc = "lost while the table was rebuilt")
    @State
    public static class ReadWhileRebuilt extends NearlyFull {
        @Actor
        public void read(II_Result r) {
            r.r1 = which(3);
            r.r2 = which(7);
        }

        @Actor
        public void write() {
            grow();
        }

        @Arbiter
        public void after(II_Result r) {
            end();
        }
    }

    @JCStressTest
    @Outcome(id = "0, 2, 2", expect = ACCEPTABLE, desc = "all changes are there")
    @Outcome(expect = FORBIDDEN, desc = "a change was lost while the table was rebuilt")
    @State
    public static class ChangedWhileRebuilt extends NearlyFull {
        @Actor
        public void change() {
            cache.remove(3);
            cache.put(11, NEW);
            cache.put(7, NEW);
        }

        @Actor
        public void write() {
            grow();
        }

        @Arbiter
        public void after(III_Result r) {
            r.r1 = which(3);
            r.r2 = which(11) == 2 && which(7) == 2 ? 2 : 0;
            r.r3 = which(8) == 2 && which(10) == 2 && which(1) == 1 && cache.estimatedSize() == 10 ? 2 : 0;
            end();
        }
    }

    @JCStressTest
    @Outcome(
            id = {"0, 0", "1, 1"},
            expect = ACCEPTABLE,
            desc = "refused, or run once")
    @Outcome(expect = FORBIDDEN, desc = "an action that was taken ran not once")
    @State
    public static class WatchedWhileClosed extends Caching {
        public WatchedWhileClosed() {
            cache.put(1, OLD);
        }

        @Actor
        public void watch(II_Result r) {
            try {
                cache.onCollected(1, runs::incrementAndGet);
                r.r1 = 1;
            } catch (IllegalStateException closed) {
                r.r1 = 0;
            }
        }

        @Actor
        public void close() {
            cache.close();
        }

        @Arbiter
        public void after(II_Result r) {
            r.r2 = runs.get();
            end();
        }
    }

    @JCStressTest
    @Outcome(
            id = {"0", "1"},
            expect = ACCEPTABLE,
            desc = "given up, or run once")
    @Outcome(expect = FORBIDDEN, desc = "run twice")
    @State
    public static class GivenUpWhileCollected extends Caching {
        private final Collecting old;
        private final Subscription subscription;

        public GivenUpWhileCollected() {
            cache.put(1, OLD);
            subscription = cache.onCollected(1, runs::incrementAndGet);
            old = new Collecting(cache);
        }

        @Actor
        public void collect() {
            old.collect();
            old.takeOut();
        }

        @Actor
        public void giveUp() {
            subscription.close();
        }

        @Arbiter
        public void after(I_Result r) {
            old.takeOut();
            end();
            r.r1 = runs.get();
        }
    }

    @JCStressTest
    @Outcome(
            id = {"-1", "7"},
            expect = ACCEPTABLE,
            desc = "absent, or as it was put")
    @Outcome(expect = FORBIDDEN, desc = "seen before it was finished")
    @State
    public static class Published extends Caching {
        private static final class Box {
            int content;
        }

        private final Box box = new Box();

        @Actor
        public void put() {
            box.content = 7;
            cache.put(1, box);
        }

        @Actor
        public void get(I_Result r) {
            r.r1 = cache.getIfPresent(1) instanceof Box found ? found.content : -1;
        }

        @Arbiter
        public void after(I_Result r) {
            end();
        }
    }
}
