package io.heapwise.streams;

import static org.assertj.core.api.Assertions.assertThat;

import io.heapwise.memory.ManualTicker;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.Flow;
import java.util.concurrent.atomic.AtomicReference;
import java.util.stream.Collectors;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;

/** Laws of chunks, for all limits together, against the plainest way to say them. */
final class ChunksProperties {
    private static final int MAX_AGE_SECONDS = 5;

    /** How long it takes until an item arrives, and what the limits look at. */
    record Item(int seconds, int weight, int key, boolean isLast) {}

    /** Zero, or false, for no such limit. */
    record Limits(int count, int weight, boolean isKeyed, boolean isSplit, boolean isUntil, boolean isTimed) {
        boolean isAny() {
            return count > 0 || weight > 0 || isKeyed || isSplit || isUntil || isTimed;
        }

        boolean isReached(List<Item> chunk) {
            return (count > 0 && chunk.size() >= count)
                    || (weight > 0 && weightOf(chunk) >= weight)
                    || (isUntil && chunk.get(chunk.size() - 1).isLast);
        }

        boolean allows(List<Item> chunk, Item next, int age) {
            Item last = chunk.get(chunk.size() - 1);
            return (count == 0 || chunk.size() + 1 <= count)
                    && (weight == 0 || weightOf(chunk) + next.weight <= weight)
                    && (!isKeyed || chunk.get(0).key == next.key)
                    && (!isSplit || !parts(last, next))
                    && (!isUntil || !last.isLast)
                    && (!isTimed || age < MAX_AGE_SECONDS);
        }
    }

    private static boolean parts(Item one, Item next) {
        return one.weight > next.weight;
    }

    private static long weightOf(List<Item> chunk) {
        return chunk.stream().mapToLong(Item::weight).sum();
    }

    /** What the chunks must be. */
    private static List<List<Item>> expected(List<Item> items, Limits limits) {
        List<List<Item>> chunks = new ArrayList<>();
        List<Item> chunk = new ArrayList<>();
        int age = 0;
        for (Item item : items) {
            age += item.seconds;
            if (!chunk.isEmpty() && (limits.isReached(chunk) || !limits.allows(chunk, item, age))) {
                chunks.add(chunk);
                chunk = new ArrayList<>();
            }
            if (chunk.isEmpty()) {
                age = 0;
            }
            chunk.add(item);
        }
        if (!chunk.isEmpty()) {
            chunks.add(chunk);
        }
        return chunks;
    }

    private static Chunks<Item> limited(Iterator<Item> source, Limits limits, ManualTicker ticker) {
        Chunks<Item> chunks = Chunks.of(source);
        if (limits.count > 0) {
            chunks = chunks.byCount(limits.count);
        }
        if (limits.weight > 0) {
            chunks = chunks.byWeight(limits.weight, Item::weight).onOversize(Chunks.Oversize.ALONE);
        }
        if (limits.isKeyed) {
            chunks = chunks.byKey(Item::key);
        }
        if (limits.isSplit) {
            chunks = chunks.splitWhen(ChunksProperties::parts);
        }
        if (limits.isUntil) {
            chunks = chunks.until(Item::isLast);
        }
        return limits.isTimed ? chunks.byTime(Duration.ofSeconds(MAX_AGE_SECONDS), ticker) : chunks;
    }

    private static Iterator<Item> arriving(List<Item> items, ManualTicker ticker) {
        return items.stream()
                .peek(item -> ticker.advance(Duration.ofSeconds(item.seconds)))
                .iterator();
    }

    @Property
    void chunksAreAsGreedyAsTheirLimitsAllow(
            @ForAll("items") List<Item> items, @ForAll("limits") Limits limits, @ForAll boolean isStream) {
        ManualTicker ticker = new ManualTicker();
        Chunks<Item> chunks = limited(arriving(items, ticker), limits, ticker);
        List<List<Item>> actual = new ArrayList<>();
        if (isStream) {
            actual.addAll(chunks.stream().collect(Collectors.toList()));
        } else {
            chunks.forEach(actual::add);
        }

        assertThat(actual).isEqualTo(expected(items, limits));
        assertThat(actual.stream().flatMap(List::stream)).containsExactlyElementsOf(items);
        for (List<Item> chunk : actual) {
            assertThat(chunk).isNotEmpty();
            assertThat(limits.count == 0 || chunk.size() <= limits.count).isTrue();
            assertThat(limits.weight == 0 || chunk.size() == 1 || weightOf(chunk) <= limits.weight)
                    .isTrue();
        }
    }

    @Property
    void whereverAConsumerStopsItCanGoOn(
            @ForAll("items") List<Item> items, @ForAll("limits") Limits limits, @ForAll int stop) {
        ManualTicker ticker = new ManualTicker();
        List<Item> seen = new ArrayList<>();
        ChunkIterator<List<Item>> first =
                limited(items.iterator(), limits, ticker).iterator();
        for (int chunks = Math.floorMod(stop, 5); chunks > 0 && first.hasNext(); chunks--) {
            seen.addAll(first.next());
        }
        first.close();
        assertThat(first.itemsSeen()).isEqualTo(seen.size());
        limited(items.iterator(), limits, ticker)
                .startingAtItem(first.itemsSeen())
                .forEach(seen::addAll);
        assertThat(seen).isEqualTo(items);
    }

    @Property(tries = 300)
    void workInParallelGivesTheSameChunksInOrder(
            @ForAll("items") List<Item> items, @ForAll("limits") Limits limits, @ForAll int seed) {
        int workers = 1 + Math.floorMod(seed, 4);
        long bytes = 1 + Math.floorMod(seed, 40);
        ManualTicker ticker = new ManualTicker();
        ParallelChunks<List<Item>> results = limited(arriving(items, ticker), limits, ticker)
                .mapParallel(
                        workers,
                        bytes,
                        ChunksProperties::weightOf,
                        chunk -> chunk,
                        java.util.concurrent.ForkJoinPool.commonPool());
        ParallelCursor<?, List<Item>> cursor = (ParallelCursor<?, List<Item>>) results.iterator();
        List<List<Item>> actual = new ArrayList<>();
        while (cursor.hasNext()) {
            actual.add(cursor.next());
            cursor.checkIntegrity();
        }
        cursor.checkIntegrity();
        assertThat(actual).isEqualTo(expected(items, limits));
        assertThat(cursor.itemsSeen()).isEqualTo(items.size());
    }

    @Property(tries = 300)
    void chunksOfAPublisherAreTheSame(
            @ForAll("items") List<Item> items, @ForAll("limits") Limits limits, @ForAll int seed) {
        ChunkIterator<List<Item>> source = Chunks.of(items).byCount(1).iterator();
        Flow.Publisher<Item> publisher = io.heapwise.streams.internal.IteratorPublisher.ofOpen(
                () -> new CloseableIterator<>() {
                    @Override
                    public boolean hasNext() {
                        return source.hasNext();
                    }

                    @Override
                    public Item next() {
                        return source.next().get(0);
                    }

                    @Override
                    public void close() {
                        source.close();
                    }
                },
                Runnable::run);
        FlowChunks<Item> chunks = Chunks.of(publisher);
        if (limits.count > 0) {
            chunks = chunks.byCount(limits.count);
        }
        if (limits.weight > 0) {
            chunks = chunks.byWeight(limits.weight, Item::weight).onOversize(Chunks.Oversize.ALONE);
        }
        if (limits.isKeyed) {
            chunks = chunks.byKey(Item::key);
        }
        if (limits.isSplit) {
            chunks = chunks.splitWhen(ChunksProperties::parts);
        }
        if (limits.isUntil) {
            chunks = chunks.until(Item::isLast);
        }
        Limits untimed = new Limits(limits.count, limits.weight, limits.isKeyed, limits.isSplit, limits.isUntil, false);
        if (!untimed.isAny()) {
            return;
        }
        AtomicReference<List<List<Item>>> completed = new AtomicReference<>();
        int batch = 1 + Math.floorMod(seed, 3);
        chunks.publisher().subscribe(new Flow.Subscriber<>() {
            private final List<List<Item>> seen = new ArrayList<>();
            private Flow.Subscription subscription;

            @Override
            public void onSubscribe(Flow.Subscription given) {
                subscription = given;
                given.request(batch);
            }

            @Override
            public void onNext(List<Item> chunk) {
                seen.add(chunk);
                if (seen.size() % batch == 0) {
                    subscription.request(batch);
                }
            }

            @Override
            public void onError(Throwable failure) {
                throw new AssertionError(failure);
            }

            @Override
            public void onComplete() {
                completed.set(seen);
            }
        });
        assertThat(Objects.requireNonNull(completed.get(), "not completed")).isEqualTo(expected(items, untimed));
    }

    @Provide
    Arbitrary<List<Item>> items() {
        return Combinators.combine(
                        Arbitraries.integers().between(0, 3),
                        Arbitraries.integers().between(0, 12),
                        Arbitraries.integers().between(0, 2),
                        Arbitraries.of(false, false, false, false, true))
                .as(Item::new)
                .list()
                .ofMaxSize(60);
    }

    @Provide
    Arbitrary<Limits> limits() {
        Arbitrary<Boolean> rarely = Arbitraries.of(false, false, true);
        return Combinators.combine(
                        Arbitraries.of(0, 0, 1, 2, 3, 7, 20),
                        Arbitraries.of(0, 0, 1, 5, 10, 30),
                        rarely,
                        rarely,
                        rarely,
                        rarely)
                .as(Limits::new)
                .filter(Limits::isAny);
    }
}
