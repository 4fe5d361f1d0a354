package io.heapwise.memory;

import static io.heapwise.memory.Threads.until;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.function.ToLongFunction;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.Tuple;

/** Whatever is asked of a budget and its parts in whatever order, it does what a list and a walk over it would do. */
class MemoryBudgetProperties {
    private static final long MIB = 1 << 20;

    enum Act {
        RESERVE_NOW,
        TRY_RESERVE,
        RESERVE_LATER,
        CANCEL,
        SHRINK,
        GROW,
        GIVE_BACK,
        WAIT,
        CLOSE_PART,
        COLLECT
    }

    /** What happens; {@code pick} says to which of those it could happen to. */
    record Step(Act act, int part, int bytes, int pick, int millis) {}

    @Provide
    Arbitrary<List<Step>> histories() {
        Arbitrary<Act> acts = Arbitraries.frequency(
                Tuple.of(3, Act.RESERVE_NOW),
                Tuple.of(3, Act.TRY_RESERVE),
                Tuple.of(12, Act.RESERVE_LATER),
                Tuple.of(3, Act.CANCEL),
                Tuple.of(4, Act.SHRINK),
                Tuple.of(3, Act.GROW),
                Tuple.of(7, Act.GIVE_BACK),
                Tuple.of(4, Act.WAIT),
                Tuple.of(4, Act.COLLECT),
                Tuple.of(1, Act.CLOSE_PART));
        return Combinators.combine(
                        acts,
                        Arbitraries.integers().between(0, 3),
                        Arbitraries.integers().between(0, 70),
                        Arbitraries.integers().between(0, 1_000),
                        Arbitraries.integers().between(0, 4_000))
                .as(Step::new)
                .list()
                .ofMinSize(10)
                .ofMaxSize(80);
    }

    @Property(tries = 400)
    void itDoesWhatAListAndAWalkWouldDo(@ForAll("histories") List<Step> steps) {
        World world = new World(new ManualTicker(), null);
        for (Step step : steps) {
            world.doStep(step);
            world.settle();
            world.isAsModelled();
            world.keepsItsBooks();
            world.root.checkIntegrity();
        }
        world.end();
    }

    @Property(tries = 300)
    void underPressureNobodyIsLostOrPassedOrLetInBeyondTheLimit(@ForAll("histories") List<Step> steps) {
        ManualTicker ticker = new ManualTicker();
        ScriptedSource script = new ScriptedSource(100 * MIB);
        try (MemoryPressure pressure = script.pressure(ticker)) {
            World world = new World(ticker, pressure);
            for (Step step : steps) {
                long limitBefore = world.root.stats().limitBytes();
                long reservedBefore = world.root.stats().reservedBytes();
                Set<Asked> heldBefore = Set.copyOf(world.held);
                if (step.act == Act.COLLECT) {
                    script.fullCollection((10L + step.pick % 90) * MIB);
                } else {
                    world.doStep(step);
                }
                Reservation poke =
                        world.root.tryReserve(0); // time alone may have made room, which is seen with the next
                if (poke != null) {
                    poke.close();
                    world.pokes++;
                }
                world.settle();
                world.keepsItsBooks();
                world.nobodyWasPassed(heldBefore);
                MemoryBudgetStats now = world.root.stats();
                long limit = Math.max(limitBefore, now.limitBytes());
                if (now.reservedBytes() > Math.max(limit, reservedBefore)) {
                    assertThat(world.held.stream().filter(one -> one.reservation.bytes() > 0))
                            .as("beyond %s goes only the first, when nothing is reserved", limit)
                            .hasSize(1);
                }
                world.root.checkIntegrity();
            }
            world.end();
        }
    }

    /** A request. */
    private static final class Asked {
        final long number;
        final int part;
        final long bytes;
        final long dueNanos;
        CompletableFuture<Reservation> future;
        Reservation reservation;

        /** What the model says is reserved. */
        long modelBytes;

        Asked(long number, int part, long bytes, long dueNanos) {
            this.number = number;
            this.part = part;
            this.bytes = bytes;
            this.dueNanos = dueNanos;
            this.modelBytes = bytes;
        }
    }

    /** A budget with parts, all that was asked of it, and what a list would have made of that. */
    private static final class World {
        private static final int[] PARENT = {-1, 0, 0, 1};
        private static final long[] CAPACITY = {60, 25, 50, 15};

        final ManualTicker ticker;
        final boolean isModelled;
        final MemoryBudget root;
        final MemoryBudget[] parts;
        final boolean[] isClosed = new boolean[4];

        /** What is known to be reserved. */
        final List<Asked> held = new ArrayList<>();

        /** What is known to wait, in order. */
        final List<Asked> waiting = new ArrayList<>();

        /** What the model says: waits, in order. */
        private final List<Asked> queue = new ArrayList<>();

        private final long[] reserved = new long[4];
        private long asked;
        private long granted;
        private long timedOut;
        private long cancelled;
        private long failed;
        private long grown;
        private long notGrown;
        private long notTried;
        private long pokes;

        World(ManualTicker ticker, MemoryPressure pressure) {
            this.ticker = ticker;
            this.isModelled = pressure == null;
            MemoryBudgetBuilder builder = MemoryBudget.builder("root", CAPACITY[0])
                    .ticker(ticker)
                    .leakTracker(LeakTracker.named("reservation", LeakTracker.Mode.OFF));
            if (pressure != null) {
                builder.pressure(pressure);
            }
            root = builder.build();
            MemoryBudget left = root.child("left", CAPACITY[1]);
            parts = new MemoryBudget[] {
                root, left, root.child("right", CAPACITY[2]), left.child("left of left", CAPACITY[3])
            };
        }

        void doStep(Step step) {
            long most = CAPACITY[step.part];
            for (int part = step.part; part >= 0; part = PARENT[part]) {
                most = Math.min(most, CAPACITY[part]);
            }
            boolean asks = step.act == Act.RESERVE_NOW || step.act == Act.TRY_RESERVE || step.act == Act.RESERVE_LATER;
            if (asks && step.bytes > most) {
                isRefusedAtOnce(step);
                return;
            }
            Asked one = step.pick < held.size() * 100 && !held.isEmpty() ? held.get(step.pick % held.size()) : null;
            switch (step.act) {
                case RESERVE_NOW -> reserveNow(step);
                case TRY_RESERVE -> tryReserve(step);
                case RESERVE_LATER -> reserveLater(step);
                case CANCEL -> {
                    if (!waiting.isEmpty()) {
                        Asked gone = waiting.remove(step.pick % waiting.size());
                        assertThat(gone.future.cancel(false)).isTrue();
                        cancelled++;
                        queue.remove(gone);
                    }
                }
                case SHRINK -> {
                    if (one != null) {
                        long fewer = one.reservation.bytes() * (step.millis % 11) / 10;
                        charge(one.part, fewer - one.modelBytes);
                        one.modelBytes = fewer;
                        one.reservation.shrinkTo(fewer);
                    }
                }
                case GROW -> {
                    if (one != null && !isClosed(one.part)) {
                        grow(one, Math.min(step.bytes, CAPACITY[one.part] / 2));
                    }
                }
                case GIVE_BACK -> {
                    if (one != null) {
                        giveBack(one);
                    }
                }
                case WAIT -> {
                    Duration time = Duration.ofMillis(step.millis);
                    modelTime(ticker.nanos() + time.toNanos());
                    ticker.advance(time);
                }
                case CLOSE_PART -> {
                    if (step.part > 1) { // the rest of the history would say little
                        close(step.part);
                    }
                }
                case COLLECT -> {}
            }
            walk();
        }

        private void isRefusedAtOnce(Step step) {
            MemoryBudget budget = parts[step.part];
            assertThatThrownBy(() -> budget.tryReserve(step.bytes)).isInstanceOf(IllegalArgumentException.class);
            assertThatThrownBy(() -> budget.reserve(step.bytes, Duration.ofSeconds(1)))
                    .isInstanceOf(IllegalArgumentException.class);
            assertThatThrownBy(() -> budget.reserveAsync(step.bytes, Duration.ofSeconds(1)))
                    .isInstanceOf(IllegalArgumentException.class);
        }

        private void reserveNow(Step step) {
            Asked one = new Asked(asked, step.part, step.bytes, ticker.nanos());
            asked++;
            try {
                one.reservation = parts[step.part].reserve(step.bytes, Duration.ZERO);
                granted++;
                held.add(one);
            } catch (MemoryBudgetException late) {
                timedOut++;
            } catch (IllegalStateException closed) {
                assertThat(isClosed(step.part)).isTrue();
                failed++;
            } catch (InterruptedException e) {
                throw new AssertionError(e);
            }
            modelNow(one, one.reservation != null);
        }

        private void tryReserve(Step step) {
            if (isClosed(step.part)) {
                return;
            }
            Asked one = new Asked(asked, step.part, step.bytes, ticker.nanos());
            asked++;
            one.reservation = parts[step.part].tryReserve(step.bytes);
            if (one.reservation != null) {
                granted++;
                held.add(one);
            } else {
                notTried++;
            }
            modelNow(one, one.reservation != null);
        }

        private void modelNow(Asked one, boolean isGranted) {
            if (isModelled && !isClosed(one.part)) {
                queue.add(one);
                walk();
                assertThat(!queue.contains(one)).as("granted at once").isEqualTo(isGranted);
                queue.remove(one);
            }
        }

        private void reserveLater(Step step) {
            Duration timeout = Duration.ofMillis(1 + step.millis);
            Asked one = new Asked(asked, step.part, step.bytes, ticker.nanos() + timeout.toNanos());
            asked++;
            one.future = parts[step.part].reserveAsync(step.bytes, timeout);
            if (isClosed(step.part)) {
                assertThat(one.future).isCompletedExceptionally();
                failed++;
            } else {
                waiting.add(one);
                queue.add(one);
            }
        }

        private void grow(Asked one, long more) {
            boolean hasGrown = one.reservation.tryGrow(more);
            Asked extra = new Asked(asked, one.part, more, ticker.nanos());
            modelNow(extra, hasGrown);
            if (hasGrown) {
                one.modelBytes += more;
                grown++;
            } else {
                notGrown++;
            }
        }

        private void giveBack(Asked one) {
            held.remove(one);
            charge(one.part, -one.modelBytes);
            one.reservation.close();
            one.reservation.close();
        }

        private void close(int part) {
            isClosed[part] = true;
            queue.removeIf(one -> isClosed(one.part));
            parts[part].close();
            for (Asked one : List.copyOf(waiting)) {
                if (isClosed(one.part)) {
                    until(one.future::isDone);
                    assertThat(one.future).isCompletedExceptionally();
                    waiting.remove(one);
                    failed++;
                }
            }
        }

        private boolean isClosed(int part) {
            return part >= 0 && (isClosed[part] || isClosed(PARENT[part]));
        }

        private void charge(int part, long bytes) {
            if (isModelled) {
                for (int budget = part; budget >= 0; budget = PARENT[budget]) {
                    reserved[budget] += bytes;
                }
            }
        }

        // ---- the model ---------------------------------------------------------------------------------------------

        private void walk() {
            if (!isModelled) {
                return;
            }
            Set<Integer> stopped = new HashSet<>();
            for (Asked one : List.copyOf(queue)) {
                int obstacle = one.part;
                while (obstacle >= 0
                        && !stopped.contains(obstacle)
                        && reserved[obstacle] + one.bytes <= CAPACITY[obstacle]) {
                    obstacle = PARENT[obstacle];
                }
                if (obstacle < 0) {
                    queue.remove(one);
                    charge(one.part, one.bytes);
                } else {
                    stopped.add(obstacle);
                    stopped.add(one.part);
                }
            }
        }

        private void modelTime(long untilNanos) {
            if (!isModelled) {
                return;
            }
            walk();
            while (true) {
                Asked first = queue.stream()
                        .filter(one -> one.dueNanos - untilNanos <= 0)
                        .min(Comparator.comparing(one -> one.dueNanos - untilNanos))
                        .orElse(null);
                if (first == null) {
                    return;
                }
                queue.remove(first);
                walk();
            }
        }

        void isAsModelled() {
            assertThat(waiting).isEqualTo(queue);
            for (int part = 0; part < parts.length; part++) {
                assertThat(parts[part].stats().reservedBytes()).isEqualTo(reserved[part]);
            }
        }

        // ---- the laws ----------------------------------------------------------------------------------------------

        /** Waits until all who were granted something know of it. */
        void settle() {
            until(() -> {
                for (Asked one : List.copyOf(waiting)) {
                    if (one.future.isDone()) {
                        waiting.remove(one);
                        if (one.future.isCompletedExceptionally()) {
                            assertThat(one.dueNanos - ticker.nanos()).isLessThanOrEqualTo(0);
                            timedOut++;
                        } else {
                            one.reservation = one.future.join();
                            assertThat(one.reservation.bytes()).isEqualTo(one.bytes);
                            held.add(one);
                            granted++;
                        }
                    }
                }
                return granted + grown + pokes == sum(MemoryBudgetStats::granted);
            });
        }

        void keepsItsBooks() {
            MemoryBudgetStats now = root.stats();
            assertThat(now.reservedBytes())
                    .isEqualTo(held.stream()
                            .mapToLong(one -> one.reservation.bytes())
                            .sum())
                    .isBetween(0L, now.capacityBytes());
            assertThat(sum(MemoryBudgetStats::reservations)).isEqualTo(held.size());
            assertThat(sum(MemoryBudgetStats::waiting)).isEqualTo(waiting.size());
            assertThat(sum(MemoryBudgetStats::timedOut)).isEqualTo(timedOut);
            assertThat(asked).isEqualTo(granted + timedOut + notTried + cancelled + failed + waiting.size());
            for (Asked one : waiting) {
                assertThat(one.dueNanos - ticker.nanos()).isPositive();
            }
        }

        /** None was granted while one of the same budget waits that came before. */
        void nobodyWasPassed(Set<Asked> heldBefore) {
            for (Asked one : held) {
                if (!heldBefore.contains(one) && one.future != null) {
                    assertThat(waiting).noneMatch(other -> other.part == one.part && other.number < one.number);
                }
            }
        }

        void end() {
            while (!waiting.isEmpty()) {
                Asked one = waiting.remove(waiting.size() - 1);
                one.future.cancel(false);
                cancelled++;
                settle(); // others may have got their turn
            }
            for (Asked one : List.copyOf(held)) {
                giveBack(one);
            }
            settle();
            keepsItsBooks();
            assertThat(root.stats().reservedBytes()).isZero();
            root.checkIntegrity();
            root.close();
        }

        private long sum(ToLongFunction<MemoryBudgetStats> number) {
            long sum = 0;
            for (MemoryBudget part : parts) {
                sum += number.applyAsLong(part.stats());
            }
            return sum;
        }
    }
}
