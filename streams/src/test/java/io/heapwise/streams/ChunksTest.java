package io.heapwise.streams;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.heapwise.memory.ManualTicker;
import io.heapwise.streams.ScriptedIterator.SourceFailure;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Iterator;
import java.util.List;
import java.util.NoSuchElementException;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

final class ChunksTest {
    private static List<Integer> numbers(int count) {
        return IntStream.range(0, count).boxed().toList();
    }

    private static <T> List<List<T>> all(Chunks<T> chunks) {
        List<List<T>> all = new ArrayList<>();
        ChunkCursor<T> cursor = (ChunkCursor<T>) chunks.iterator();
        while (cursor.hasNext()) {
            all.add(cursor.next());
            cursor.checkIntegrity();
        }
        cursor.checkIntegrity();
        return all;
    }

    // ---- limits ----------------------------------------------------------------------------------------------------

    @Test
    void aCountEndsAChunk() {
        assertThat(all(Chunks.of(numbers(7)).byCount(3)))
                .containsExactly(List.of(0, 1, 2), List.of(3, 4, 5), List.of(6));
    }

    @Test
    void aWeightIsNeverOvershot() {
        assertThat(all(Chunks.of(List.of(3, 3, 3, 4, 6, 10, 1, 9)).byWeight(10, Integer::longValue)))
                .containsExactly(List.of(3, 3, 3), List.of(4, 6), List.of(10), List.of(1, 9));
    }

    @Test
    void aReachedLimitEndsAChunkWithoutReadingOn() {
        ScriptedIterator<Integer> source = ScriptedIterator.ofNumbers(100);
        ChunkIterator<List<Integer>> chunks =
                Chunks.of(source).byCount(5).byWeight(6, Integer::longValue).iterator();
        assertThat(chunks.next()).containsExactly(0, 1, 2, 3);
        assertThat(source.read).isEqualTo(4);
        assertThat(chunks.next()).as("5 does not fit beside 4, and is kept").containsExactly(4);
        assertThat(source.read).isEqualTo(6);
        chunks.close();
    }

    @Test
    void anItemThatIsTooHeavyFailsByItsIndexAndWeight() {
        ScriptedIterator<Integer> source = new ScriptedIterator<>(9, index -> index == 4 ? 11 : 1);
        ChunkIterator<List<Integer>> chunks = Chunks.of(source)
                .startingAtItem(1)
                .byCount(2)
                .byWeight(10, Integer::longValue)
                .iterator();
        assertThat(chunks.next()).hasSize(2);
        assertThatThrownBy(chunks::next)
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("item=4 weight=11 (expected <= 10): allow more weight, or let such an item be alone with"
                        + " onOversize(ALONE)");
        assertThat(source.closes).isEqualTo(1);
        assertThat(chunks.hasNext()).isFalse();
        assertThat(chunks.itemsSeen())
                .as("the items of the broken chunk are not counted")
                .isEqualTo(3);
    }

    @Test
    void anItemThatIsTooHeavyIsAloneIfThatIsAllowed() {
        assertThat(all(Chunks.of(List.of(1, 99, 98, 1, 0))
                        .byWeight(10, Integer::longValue)
                        .onOversize(Chunks.Oversize.ALONE)))
                .containsExactly(List.of(1), List.of(99), List.of(98), List.of(1, 0));
    }

    @Test
    void weightsNearTheLargestNumberDoNotOverflow() {
        long half = Long.MAX_VALUE / 2 + 1;
        assertThat(all(Chunks.of(List.of(half, half, 5L)).byWeight(Long.MAX_VALUE, Long::longValue)))
                .containsExactly(List.of(half), List.of(half, 5L));
    }

    @Test
    void aNegativeWeightIsRefused() {
        ScriptedIterator<Integer> source = ScriptedIterator.ofNumbers(9);
        assertThatThrownBy(() -> Chunks.of(source).byWeight(9, item -> -item).forEach(chunk -> {}))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageStartingWith("item=1 weight=-1 (expected >= 0)");
        assertThat(source.closes).isEqualTo(1);
    }

    @Test
    void runsOfEqualKeysShareAChunkAlsoWhenTheKeyIsNull() {
        assertThat(all(Chunks.of(Arrays.asList("a", "a", null, null, "b", "a")).byKey(item -> item)))
                .containsExactly(List.of("a", "a"), Arrays.asList(null, null), List.of("b"), List.of("a"));
    }

    @Test
    void neighboursArePartedWhereTheCallerSaysSo() {
        assertThat(all(Chunks.of(List.of(1, 2, 3, 7, 8, 1)).splitWhen((one, next) -> next != one + 1)))
                .containsExactly(List.of(1, 2, 3), List.of(7, 8), List.of(1));
    }

    @Test
    void anItemEndsItsChunkWhereTheCallerSaysSo() {
        assertThat(all(Chunks.of(List.of("a", ";", ";", "b")).until(";"::equals)))
                .containsExactly(List.of("a", ";"), List.of(";"), List.of("b"));
    }

    @Test
    void anItemThatArrivesTooLateBeginsAChunk() {
        ManualTicker ticker = new ManualTicker();
        Iterator<Integer> source = numbers(6).stream()
                .peek(item -> ticker.advance(Duration.ofSeconds(item == 0 ? 0 : 1)))
                .iterator();
        assertThat(all(Chunks.of(source).byTime(Duration.ofSeconds(2), ticker)))
                .containsExactly(List.of(0, 1), List.of(2, 3), List.of(4, 5));
    }

    @Test
    void aConsumerSlowerThanTheTimeOfAChunkStillGetsWholeChunks() {
        ManualTicker ticker = new ManualTicker();
        List<Integer> sizes = new ArrayList<>();
        Chunks.of(IntStream.range(0, 12).boxed())
                .byCount(4)
                .byKey(item -> item / 3) // so that an item is read ahead, and waits while the consumer works
                .byTime(Duration.ofSeconds(1), ticker)
                .forEach(chunk -> {
                    sizes.add(chunk.size());
                    ticker.advance(Duration.ofSeconds(2));
                });
        assertThat(sizes).containsExactly(3, 3, 3, 3);
    }

    @Test
    void eachFunctionIsAskedOnceForEachItem() {
        AtomicInteger weighed = new AtomicInteger();
        AtomicInteger keyed = new AtomicInteger();
        AtomicInteger ended = new AtomicInteger();
        Chunks.of(numbers(100))
                .byWeight(7, item -> weighed.getAndIncrement() % 3)
                .byKey(item -> keyed.getAndIncrement() / 5)
                .until(item -> ended.getAndIncrement() % 11 == 0)
                .forEach(chunk -> {});
        assertThat(List.of(weighed.get(), keyed.get(), ended.get())).containsOnly(100);
    }

    @Test
    void nullItemsAreItems() {
        List<String> items = Arrays.asList("a", null, null, "b", null);
        assertThat(all(Chunks.of(items.iterator()).byCount(2)).stream().flatMap(List::stream))
                .containsExactlyElementsOf(items);
        assertThat(all(Chunks.of(items.stream()).byCount(2))).hasSize(3);
    }

    @Test
    void aCarriedNullIsNotLost() {
        assertThat(all(Chunks.of(Arrays.asList("a", null)).byKey(item -> item == null)))
                .containsExactly(List.of("a"), Arrays.asList((String) null));
    }

    // ---- settings --------------------------------------------------------------------------------------------------

    @Test
    void withoutALimitThereAreNoChunks() {
        ScriptedIterator<Integer> source = ScriptedIterator.ofNumbers(3);
        Chunks<Integer> chunks = Chunks.of(source);
        assertThatThrownBy(chunks::iterator)
                .isInstanceOf(IllegalStateException.class)
                .hasMessageStartingWith("limits=0 (expected >= 1): give byCount");
        assertThatThrownBy(() -> chunks.publisher(Runnable::run)).isInstanceOf(IllegalStateException.class);
        assertThatThrownBy(() -> chunks.mapParallel(1, 1, List::size, List::size, Runnable::run))
                .isInstanceOf(IllegalStateException.class);
        assertThat(all(chunks.byCount(3))).as("nothing was taken").hasSize(1);
    }

    @Test
    void aSettingIsGivenOnce() {
        Chunks<Integer> all = Chunks.of(numbers(3))
                .byCount(1)
                .byWeight(1, item -> 1)
                .onOversize(Chunks.Oversize.ALONE)
                .byKey(item -> item)
                .splitWhen((one, next) -> true)
                .until(item -> true)
                .byTime(Duration.ofSeconds(1), new ManualTicker())
                .startingAtItem(1)
                .onProgress((chunks, items) -> {});
        assertThatThrownBy(() -> all.byCount(1)).isInstanceOf(IllegalStateException.class);
        assertThatThrownBy(() -> all.byWeight(1, item -> 1)).isInstanceOf(IllegalStateException.class);
        assertThatThrownBy(() -> all.onOversize(Chunks.Oversize.FAIL)).isInstanceOf(IllegalStateException.class);
        assertThatThrownBy(() -> all.byKey(item -> item)).isInstanceOf(IllegalStateException.class);
        assertThatThrownBy(() -> all.splitWhen((one, next) -> true)).isInstanceOf(IllegalStateException.class);
        assertThatThrownBy(() -> all.until(item -> true)).isInstanceOf(IllegalStateException.class);
        assertThatThrownBy(() -> all.byTime(Duration.ofSeconds(1), new ManualTicker()))
                .isInstanceOf(IllegalStateException.class);
        assertThatThrownBy(() -> all.startingAtItem(1)).isInstanceOf(IllegalStateException.class);
        assertThatThrownBy(() -> all.onProgress((chunks, items) -> {})).isInstanceOf(IllegalStateException.class);
        assertThat(all(all)).as("an immutable one is still whole").containsExactly(List.of(1), List.of(2));
    }

    @Test
    void badValuesAreRefusedWhereTheyAreGiven() {
        Chunks<Integer> chunks = Chunks.of(numbers(3));
        assertThatThrownBy(() -> chunks.byCount(0))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageStartingWith("maxItems=0 (expected >= 1)");
        assertThatThrownBy(() -> chunks.byWeight(0, item -> 1)).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> chunks.startingAtItem(-1)).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> chunks.byTime(Duration.ZERO, new ManualTicker()))
                .isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> chunks.byWeight(1, null))
                .isInstanceOf(NullPointerException.class)
                .hasMessage("weigher");
        assertThatThrownBy(() ->
                        chunks.onOversize(Chunks.Oversize.ALONE).byCount(1).iterator())
                .isInstanceOf(IllegalStateException.class)
                .hasMessageContaining("expected byWeight too");
        assertThatThrownBy(() -> Chunks.of((Iterator<Integer>) null))
                .isInstanceOf(NullPointerException.class)
                .hasMessage("items");
    }

    // ---- what is handed out ----------------------------------------------------------------------------------------

    @Test
    void chunksAreTheConsumersToKeepButNotToChange() {
        List<List<Integer>> kept = all(Chunks.of(numbers(5)).byCount(2));
        assertThat(kept).containsExactly(List.of(0, 1), List.of(2, 3), List.of(4));
        assertThatThrownBy(() -> kept.get(0).set(0, 9)).isInstanceOf(UnsupportedOperationException.class);
        assertThatThrownBy(() -> kept.get(0).add(9)).isInstanceOf(UnsupportedOperationException.class);
        assertThatThrownBy(() -> kept.get(0).remove(0)).isInstanceOf(UnsupportedOperationException.class);
        assertThat(kept.get(0)).isInstanceOf(java.util.RandomAccess.class);
    }

    @Test
    void anEmptySourceHasNoChunks() {
        ScriptedIterator<Integer> source = ScriptedIterator.ofNumbers(0);
        ChunkIterator<List<Integer>> chunks = Chunks.of(source).byCount(2).iterator();
        assertThat(chunks.hasNext()).isFalse();
        assertThat(source.closes).isEqualTo(1);
        assertThatThrownBy(chunks::next).isInstanceOf(NoSuchElementException.class);
    }

    @Test
    void nothingIsOpenedBeforeTheFirstChunkIsAskedFor() {
        AtomicInteger opened = new AtomicInteger();
        Iterable<Integer> source = () -> {
            opened.getAndIncrement();
            return numbers(3).iterator();
        };
        Chunks<Integer> chunks = Chunks.of(source).byCount(2);
        ChunkIterator<List<Integer>> iterator = chunks.iterator();
        Stream<List<Integer>> stream = chunks.stream();
        assertThat(opened).hasValue(0);
        assertThat(iterator.next()).hasSize(2);
        assertThat(stream.toList()).hasSize(2);
        assertThat(opened).as("an iterable is opened for each use").hasValue(2);
    }

    // ---- places ----------------------------------------------------------------------------------------------------

    @Test
    void aConsumerGoesOnWhereItWas() {
        ChunkIterator<List<Integer>> before =
                Chunks.of(numbers(10)).byKey(item -> item / 3).iterator();
        var unused = before.next();
        assertThat(before.next()).containsExactly(3, 4, 5);
        assertThat(before.itemsSeen()).as("6 was looked at, but not handed out").isEqualTo(6);
        assertThat(before.chunksSeen()).isEqualTo(2);

        ChunkIterator<List<Integer>> after = Chunks.of(numbers(10))
                .startingAtItem(before.itemsSeen())
                .byKey(item -> item / 3)
                .iterator();
        assertThat(after.itemsSeen()).as("before anything is read").isEqualTo(6);
        assertThat(after.next()).containsExactly(6, 7, 8);
        assertThat(after.itemsSeen()).isEqualTo(9);
    }

    @Test
    void aStartBehindTheEndHasNoChunks() {
        ScriptedIterator<Integer> source = ScriptedIterator.ofNumbers(3);
        assertThat(all(Chunks.of(source).startingAtItem(5).byCount(1))).isEmpty();
        assertThat(source.closes).isEqualTo(1);
    }

    @Test
    void progressIsToldWhenAChunkHasBeenDealtWith() {
        List<String> events = new ArrayList<>();
        Chunks.of(numbers(5))
                .startingAtItem(1)
                .byCount(2)
                .onProgress((chunks, items) -> events.add(chunks + "/" + items))
                .forEach(chunk -> events.add(chunk.toString()));
        assertThat(events).containsExactly("[1, 2]", "1/3", "[3, 4]", "2/5");
    }

    @Test
    void progressIsNotToldOfAChunkThatFailed() {
        List<Long> positions = new ArrayList<>();
        assertThatThrownBy(() -> Chunks.of(numbers(9))
                        .byCount(2)
                        .onProgress((chunks, items) -> positions.add(items))
                        .forEach(chunk -> {
                            if (chunk.contains(4)) {
                                throw new IllegalStateException("consumer");
                            }
                        }))
                .hasMessage("consumer");
        assertThat(positions).containsExactly(2L, 4L);
    }

    @Test
    void askingTwiceWhetherThereIsMoreTellsOfProgressOnce() {
        AtomicInteger told = new AtomicInteger();
        ChunkIterator<List<Integer>> chunks = Chunks.of(numbers(4))
                .byCount(2)
                .onProgress((count, items) -> told.getAndIncrement())
                .iterator();
        var unused = chunks.next();
        assertThat(chunks.hasNext() && chunks.hasNext()).isTrue();
        assertThat(told).hasValue(1);
    }

    // ---- user code that misbehaves ---------------------------------------------------------------------------------

    @Test
    void aFunctionThatCallsTheIteratorIsRefused() {
        ScriptedIterator<Integer> source = ScriptedIterator.ofNumbers(9);
        AtomicReference<ChunkIterator<List<Integer>>> self = new AtomicReference<>();
        self.set(Chunks.of(source).byWeight(3, item -> self.get().next().size()).iterator());
        assertThatThrownBy(() -> self.get().next())
                .isInstanceOf(IllegalStateException.class)
                .hasMessageContaining("expected one call at a time");
        assertThat(source.closes).isEqualTo(1);
        ((ChunkCursor<?>) self.get()).checkIntegrity();
    }

    @Test
    void aFunctionThatClosesTheIteratorEndsIt() {
        ScriptedIterator<Integer> source = ScriptedIterator.ofNumbers(9);
        AtomicReference<ChunkIterator<List<Integer>>> self = new AtomicReference<>();
        self.set(Chunks.of(source)
                .byWeight(3, item -> {
                    self.get().close();
                    return 1;
                })
                .iterator());
        assertThatThrownBy(() -> self.get().next())
                .isInstanceOf(IllegalStateException.class)
                .hasMessageStartingWith("closed while a chunk was gathered");
        assertThat(source.closes).isEqualTo(1);
        ((ChunkCursor<?>) self.get()).checkIntegrity();
    }

    @Test
    void aFailureToCloseIsAddedToTheFailureThatWasBefore() {
        RuntimeException closing = new RuntimeException("closing");
        assertThatThrownBy(() -> Chunks.of(
                                ScriptedIterator.ofNumbers(9).failingAt(3).failingToClose(closing))
                        .byCount(2)
                        .forEach(chunk -> {}))
                .isInstanceOf(SourceFailure.class)
                .satisfies(failure -> assertThat(failure.getSuppressed()).containsExactly(closing));
    }

    @Test
    void aFailureToCloseAtTheEndReachesTheConsumer() {
        RuntimeException closing = new RuntimeException("closing");
        List<List<Integer>> seen = new ArrayList<>();
        assertThatThrownBy(() -> Chunks.of(ScriptedIterator.ofNumbers(3).failingToClose(closing))
                        .byCount(2)
                        .forEach(seen::add))
                .isSameAs(closing);
        assertThat(seen).as("with nothing lost").hasSize(2);
    }
}
