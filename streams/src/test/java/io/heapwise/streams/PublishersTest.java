package io.heapwise.streams;

import static org.assertj.core.api.Assertions.assertThat;

import io.heapwise.streams.internal.IteratorPublisher;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Flow;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;

/** The rules of reactive streams, for all that publishes in this package. */
final class PublishersTest {
    private static ExecutorService executor;

    @BeforeAll
    static void start() {
        executor = Executors.newCachedThreadPool();
    }

    @AfterAll
    static void stop() {
        assertThat(executor.shutdownNow()).isEmpty();
    }

    private static Iterable<Long> numbers(long count) {
        return () -> new ScriptedIterator<>(count, Long::valueOf);
    }

    private static <T> Flow.Publisher<T> failed(Class<T> unused) {
        return IteratorPublisher.ofOpen(
                () -> {
                    throw new IllegalStateException("failed");
                },
                executor);
    }

    @SuppressWarnings("unchecked")
    private static Flow.Publisher<List<Long>> failedChunks() {
        return (Flow.Publisher<List<Long>>)
                (Flow.Publisher<?>) Chunks.of(failed(Long.class)).byCount(1).publisher();
    }

    private static Flow.Publisher<List<Long>> takenChunks() {
        Chunks<Long> chunks = Chunks.of(numbers(3).iterator()).byCount(2);
        chunks.iterator().close();
        return chunks.publisher(executor);
    }

    @TestFactory
    Stream<DynamicTest> ofAnIterator() {
        return PublisherRules.of(
                count -> new IteratorPublisher<>(() -> new ScriptedIterator<>(count, Long::valueOf), executor),
                failed(Long.class));
    }

    @TestFactory
    Stream<DynamicTest> ofAnIteratorOnTheThreadThatAsks() {
        return PublisherRules.of(
                count -> new IteratorPublisher<>(() -> new ScriptedIterator<>(count, Long::valueOf), Runnable::run),
                failed(Long.class));
    }

    @TestFactory
    Stream<DynamicTest> ofChunks() {
        return PublisherRules.of(
                count -> Chunks.of(numbers(2 * count)).byCount(2).publisher(executor), takenChunks());
    }

    @TestFactory
    Stream<DynamicTest> ofChunksOfAPublisher() {
        return PublisherRules.of(
                count -> Chunks.of(publisher(3 * count)).byCount(3).publisher(), failedChunks());
    }

    @TestFactory
    Stream<DynamicTest> ofChunksOfAPublisherOnTheThreadThatAsks() {
        return PublisherRules.of(
                count -> Chunks.of(new IteratorPublisher<>(
                                () -> new ScriptedIterator<>(2 * count, Long::valueOf), Runnable::run))
                        .byKey(item -> item / 2)
                        .byWeight(1000, item -> 1)
                        .byTime(Duration.ofMinutes(1))
                        .publisher(),
                failedChunks());
    }

    private static Flow.Publisher<Long> publisher(long count) {
        return new IteratorPublisher<>(() -> new ScriptedIterator<>(count, Long::valueOf), executor);
    }
}
