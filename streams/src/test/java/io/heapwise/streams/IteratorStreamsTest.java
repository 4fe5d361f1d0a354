package io.heapwise.streams;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.common.collect.testing.SpliteratorTester;
import io.heapwise.streams.ScriptedIterator.SourceFailure;
import io.heapwise.streams.internal.IteratorStreams;
import java.util.Spliterator;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

final class IteratorStreamsTest {
    private final ScriptedIterator<Integer> items = ScriptedIterator.ofNumbers(5);

    @Test
    void theSpliteratorKeepsTheRulesOfSpliterators() {
        SpliteratorTester.of(() ->
                        IteratorStreams.of(() -> ScriptedIterator.ofNumbers(5)).spliterator())
                .expect(0, 1, 2, 3, 4)
                .inOrder();
    }

    @Test
    void itOpensWhenItIsAsked() {
        AtomicInteger opened = new AtomicInteger();
        Stream<Integer> stream = IteratorStreams.of(() -> {
            opened.getAndIncrement();
            return items;
        });
        Stream<Integer> even = stream.filter(item -> item % 2 == 0);
        assertThat(opened).hasValue(0);
        assertThat(even.toList()).containsExactly(0, 2, 4);
        assertThat(opened).hasValue(1);
        assertThat(items.closes).isEqualTo(1);
    }

    @Test
    void closedWithoutBeingAskedItOpensNothing() {
        IteratorStreams.of(() -> {
                    throw new AssertionError("opened");
                })
                .close();
    }

    @Test
    void whatIsOpenAlreadyIsClosedThoughNobodyEverAsked() {
        IteratorStreams.ofOpen(items).close();
        assertThat(items.closes).isEqualTo(1);
    }

    @Test
    void aShortStreamIsClosedByWhoeverEndsIt() {
        try (Stream<Integer> stream = IteratorStreams.of(() -> items)) {
            assertThat(stream.limit(2).toList()).containsExactly(0, 1);
            assertThat(items.closes).isZero();
        }
        assertThat(items.closes).isEqualTo(1);
        assertThat(items.read).isEqualTo(2);
    }

    @Test
    void aSourceThatFailsIsClosedInALoopAndInSteps() {
        assertThatThrownBy(() -> IteratorStreams.of(() -> items.failingAt(2)).forEach(item -> {}))
                .isInstanceOf(SourceFailure.class);
        assertThat(items.closes).isEqualTo(1);

        ScriptedIterator<Integer> others = ScriptedIterator.ofNumbers(5).failingAt(2);
        assertThatThrownBy(() -> IteratorStreams.of(() -> others).anyMatch(item -> item > 9))
                .isInstanceOf(SourceFailure.class);
        assertThat(others.closes).isEqualTo(1);
    }

    @Test
    void anActionThatFailsClosesTheSourceInALoopAndInSteps() {
        assertThatThrownBy(() -> IteratorStreams.of(() -> items).forEach(item -> {
                    throw new IllegalStateException("action");
                }))
                .hasMessage("action");
        assertThat(items.closes).isEqualTo(1);

        ScriptedIterator<Integer> others = ScriptedIterator.ofNumbers(5);
        assertThatThrownBy(() -> IteratorStreams.of(() -> others).anyMatch(item -> {
                    throw new IllegalStateException("action");
                }))
                .hasMessage("action");
        assertThat(others.closes).isEqualTo(1);
    }

    @Test
    void aFailureToCloseIsAddedToTheOneBefore() {
        RuntimeException closing = new RuntimeException("closing");
        assertThatThrownBy(() -> IteratorStreams.of(() -> items.failingAt(2).failingToClose(closing))
                        .forEach(item -> {}))
                .isInstanceOf(SourceFailure.class)
                .satisfies(failure -> assertThat(failure.getSuppressed()).containsExactly(closing));
    }

    @Test
    void aFailureToCloseIsThrownByCloseAndByTheEnd() {
        RuntimeException closing = new RuntimeException("closing");
        assertThatThrownBy(() ->
                        IteratorStreams.ofOpen(items.failingToClose(closing)).close())
                .isSameAs(closing);
        ScriptedIterator<Integer> others = ScriptedIterator.ofNumbers(1).failingToClose(closing);
        assertThatThrownBy(() -> IteratorStreams.of(() -> others).toList()).isSameAs(closing);
        assertThat(others.closes).isEqualTo(1);
    }

    @Test
    void itDoesNotSplit() {
        Spliterator<Integer> spliterator =
                IteratorStreams.of(() -> items).parallel().spliterator();
        assertThat(spliterator.trySplit()).isNull();
        assertThat(IteratorStreams.of(() -> items)
                        .parallel()
                        .map(item -> item + 1)
                        .toList())
                .containsExactly(1, 2, 3, 4, 5);
        assertThat(items.closes).isEqualTo(1);
    }
}
