package io.heapwise.streams;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.heapwise.streams.ScriptedIterator.SourceFailure;
import java.util.ArrayList;
import java.util.List;
import java.util.Spliterators;
import java.util.concurrent.Flow;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Consumer;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;

/** Whatever is to be closed is closed once: for each kind of source, each way to use its chunks, and each end. */
final class ChunkClosingTest {
    private static final int ALL = Integer.MAX_VALUE;

    /** A kind of source. */
    private enum Source {
        ITERATOR {
            @Override
            Chunks<Integer> of(ScriptedIterator<Integer> items) {
                return Chunks.of(items);
            }
        },
        ITERABLE {
            @Override
            Chunks<Integer> of(ScriptedIterator<Integer> items) {
                Iterable<Integer> iterable = () -> items;
                return Chunks.of(iterable);
            }
        },
        STREAM {
            @Override
            Chunks<Integer> of(ScriptedIterator<Integer> items) {
                Stream<Integer> stream = StreamSupport.stream(Spliterators.spliteratorUnknownSize(items, 0), false);
                return Chunks.of(stream.onClose(items::close));
            }
        };

        abstract Chunks<Integer> of(ScriptedIterator<Integer> items);
    }

    /** A way to use chunks. */
    private enum Use {
        ITERATOR {
            @Override
            void run(Chunks<Integer> chunks, int take, Consumer<List<Integer>> consumer) {
                try (ChunkIterator<List<Integer>> iterator = chunks.iterator()) {
                    for (int taken = 0; taken < take && iterator.hasNext(); taken++) {
                        consumer.accept(iterator.next());
                    }
                    if (take == ALL) {
                        assertThat(iterator.hasNext()).isFalse();
                    }
                }
            }
        },
        /** Nobody closes it: the end does, or what is thrown. */
        ITERATOR_NOT_CLOSED {
            @Override
            void run(Chunks<Integer> chunks, int take, Consumer<List<Integer>> consumer) {
                chunks.iterator().forEachRemaining(consumer);
            }
        },
        STREAM {
            @Override
            void run(Chunks<Integer> chunks, int take, Consumer<List<Integer>> consumer) {
                try (Stream<List<Integer>> stream = chunks.stream()) {
                    if (take > 0) {
                        stream.limit(take).forEach(consumer);
                    }
                }
            }
        },
        STREAM_NOT_CLOSED {
            @Override
            void run(Chunks<Integer> chunks, int take, Consumer<List<Integer>> consumer) {
                chunks.stream().forEach(consumer);
            }
        },
        STREAM_NOT_CLOSED_SHORT_CIRCUIT {
            @Override
            void run(Chunks<Integer> chunks, int take, Consumer<List<Integer>> consumer) {
                assertThat(chunks.stream().peek(consumer).anyMatch(List::isEmpty))
                        .isFalse();
            }
        },
        FOR_EACH {
            @Override
            void run(Chunks<Integer> chunks, int take, Consumer<List<Integer>> consumer) {
                chunks.forEach(consumer);
            }
        },
        PARALLEL {
            @Override
            void run(Chunks<Integer> chunks, int take, Consumer<List<Integer>> consumer) {
                ParallelChunks<List<Integer>> results =
                        chunks.mapParallel(2, 100, List::size, chunk -> chunk, Runnable::run);
                try (ChunkIterator<List<Integer>> iterator = results.iterator()) {
                    for (int taken = 0; taken < take && iterator.hasNext(); taken++) {
                        consumer.accept(iterator.next());
                    }
                }
            }
        },
        PARALLEL_STREAM {
            @Override
            void run(Chunks<Integer> chunks, int take, Consumer<List<Integer>> consumer) {
                try (Stream<List<Integer>> stream =
                        chunks.mapParallel(2, 100, List::size, chunk -> chunk, Runnable::run).stream()) {
                    if (take > 0) {
                        stream.limit(take).forEach(consumer);
                    }
                }
            }
        },
        PARALLEL_FOR_EACH {
            @Override
            void run(Chunks<Integer> chunks, int take, Consumer<List<Integer>> consumer) {
                chunks.mapParallel(2, 100, List::size, chunk -> chunk, Runnable::run)
                        .forEach(consumer);
            }
        },
        PUBLISHER {
            @Override
            void run(Chunks<Integer> chunks, int take, Consumer<List<Integer>> consumer) {
                AtomicReference<Throwable> failure = new AtomicReference<>();
                Thread thread = Thread.currentThread();
                thread.setUncaughtExceptionHandler((at, thrown) -> failure.set(thrown));
                try {
                    chunks.publisher(Runnable::run).subscribe(new Taker(take, consumer, failure));
                } finally {
                    thread.setUncaughtExceptionHandler(null);
                }
                if (failure.get() != null) {
                    throw (RuntimeException) failure.get();
                }
            }
        };

        abstract void run(Chunks<Integer> chunks, int take, Consumer<List<Integer>> consumer);

        boolean canStop() {
            return !(name().contains("FOR_EACH") || name().contains("NOT_CLOSED"));
        }
    }

    private static final class Taker implements Flow.Subscriber<List<Integer>> {
        private final int take;
        private final Consumer<List<Integer>> consumer;
        private final AtomicReference<Throwable> failure;
        private Flow.Subscription subscription;
        private int taken;

        Taker(int take, Consumer<List<Integer>> consumer, AtomicReference<Throwable> failure) {
            this.take = take;
            this.consumer = consumer;
            this.failure = failure;
        }

        @Override
        public void onSubscribe(Flow.Subscription given) {
            subscription = given;
            goOn();
        }

        private void goOn() {
            if (taken == take) {
                subscription.cancel();
            } else {
                subscription.request(1);
            }
        }

        @Override
        public void onNext(List<Integer> chunk) {
            taken++;
            consumer.accept(chunk);
            goOn();
        }

        @Override
        public void onError(Throwable thrown) {
            failure.set(thrown);
        }

        @Override
        public void onComplete() {}
    }

    private static Stream<DynamicTest> each(java.util.function.BiConsumer<Source, Use> test) {
        return Stream.of(Source.values())
                .flatMap(source -> Stream.of(Use.values())
                        .map(use -> DynamicTest.dynamicTest(source + " " + use, () -> test.accept(source, use))));
    }

    @TestFactory
    Stream<DynamicTest> atTheEnd() {
        return each((source, use) -> {
            ScriptedIterator<Integer> items = ScriptedIterator.ofNumbers(10);
            List<Integer> seen = new ArrayList<>();
            use.run(source.of(items).byCount(3), ALL, seen::addAll);
            assertThat(seen).containsExactly(0, 1, 2, 3, 4, 5, 6, 7, 8, 9);
            assertThat(items.closes).isEqualTo(1);
        });
    }

    @TestFactory
    Stream<DynamicTest> whenTheSourceFails() {
        return each((source, use) -> {
            ScriptedIterator<Integer> items = ScriptedIterator.ofNumbers(10).failingAt(7);
            List<Integer> seen = new ArrayList<>();
            assertThatThrownBy(() -> use.run(source.of(items).byCount(3), ALL, seen::addAll))
                    .isInstanceOf(SourceFailure.class);
            assertThat(seen).as("all whole chunks before the failure").containsExactly(0, 1, 2, 3, 4, 5);
            assertThat(items.closes).isEqualTo(1);
        });
    }

    @TestFactory
    Stream<DynamicTest> whenAFunctionFails() {
        return each((source, use) -> {
            ScriptedIterator<Integer> items = ScriptedIterator.ofNumbers(10);
            List<Integer> seen = new ArrayList<>();
            assertThatThrownBy(() -> use.run(
                            source.of(items).byCount(3).until(item -> {
                                if (item == 4) {
                                    throw new IllegalStateException("until");
                                }
                                return false;
                            }),
                            ALL,
                            seen::addAll))
                    .hasMessage("until");
            assertThat(seen).containsExactly(0, 1, 2);
            assertThat(items.closes).isEqualTo(1);
        });
    }

    @TestFactory
    Stream<DynamicTest> whenTheConsumerFails() {
        return each((source, use) -> {
            if (use == Use.ITERATOR_NOT_CLOSED) {
                return; // whoever moves an iterator by himself closes it by himself
            }
            ScriptedIterator<Integer> items = ScriptedIterator.ofNumbers(10);
            assertThatThrownBy(() -> use.run(source.of(items).byCount(3), ALL, chunk -> {
                        if (chunk.contains(4)) {
                            throw new IllegalStateException("consumer");
                        }
                    }))
                    .hasMessage("consumer");
            assertThat(items.closes).isEqualTo(1);
            assertThat(items.read).isLessThan(10);
        });
    }

    @TestFactory
    Stream<DynamicTest> whenTheConsumerStopsEarly() {
        return each((source, use) -> {
            if (use.canStop()) {
                ScriptedIterator<Integer> items = ScriptedIterator.ofNumbers(10);
                List<Integer> seen = new ArrayList<>();
                use.run(source.of(items).byCount(3), 2, seen::addAll);
                assertThat(seen).hasSize(6);
                assertThat(items.closes).isEqualTo(1);
            }
        });
    }

    @TestFactory
    Stream<DynamicTest> whenNobodyEverAsks() {
        return each((source, use) -> {
            if (use.canStop()) {
                ScriptedIterator<Integer> items = ScriptedIterator.ofNumbers(10);
                use.run(source.of(items).byCount(3), 0, chunk -> {});
                assertThat(items.read).isZero();
                assertThat(items.closes)
                        .as("an iterable has opened nothing")
                        .isEqualTo(source == Source.ITERABLE ? 0 : 1);
            }
        });
    }

    @TestFactory
    Stream<DynamicTest> whatCanBeReadOnceIsTakenOnce() {
        return each((source, use) -> {
            ScriptedIterator<Integer> items = ScriptedIterator.ofNumbers(10);
            Chunks<Integer> chunks = source.of(items).byCount(3);
            chunks.iterator().close();
            if (source == Source.ITERABLE) {
                use.run(chunks, ALL, chunk -> {});
            } else {
                assertThatThrownBy(() -> use.run(chunks, ALL, chunk -> {}))
                        .isInstanceOf(IllegalStateException.class)
                        .hasMessageStartingWith("the source is taken");
            }
            assertThat(items.closes).isEqualTo(1);
        });
    }

    @Test
    void closingTwiceIsHarmless() {
        ScriptedIterator<Integer> items = ScriptedIterator.ofNumbers(10);
        ChunkIterator<List<Integer>> chunks = Chunks.of(items).byCount(3).iterator();
        var unused = chunks.next();
        chunks.close();
        chunks.close();
        assertThat(chunks.hasNext()).isFalse();
        assertThat(items.closes).isEqualTo(1);
    }
}
