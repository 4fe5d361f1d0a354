package io.heapwise.streams;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CancellationException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(value = 60, unit = TimeUnit.SECONDS)
class PageRetryTest {
    private final AtomicInteger calls = new AtomicInteger();
    private final List<Long> pauses = new ArrayList<>();

    /** One page, whose fetch fails so many times. */
    private Pages<String> failing(int times) {
        return Pages.<String>byToken(token -> {
                    if (calls.incrementAndGet() <= times) {
                        throw new IOException("call " + calls);
                    }
                    return Page.last(List.of("item"));
                })
                .pauses((nanos, closed) -> pauses.add(nanos));
    }

    @Test
    void aFailingPageIsTriedAgainAfterLongerAndLongerPauses() {
        Pages<String> pages =
                failing(5).retry(6, Duration.ofMillis(100), Duration.ofMillis(500), IOException.class::isInstance);
        assertThat(pages.stream()).containsExactly("item");
        long[] atMostMillis = {100, 200, 400, 500, 500};
        assertThat(pauses).hasSize(atMostMillis.length);
        for (int i = 0; i < atMostMillis.length; i++) {
            long atMost = TimeUnit.MILLISECONDS.toNanos(atMostMillis[i]);
            assertThat(pauses.get(i)).isBetween(atMost / 2, atMost);
        }
    }

    @Test
    void afterTheLastAttemptThePageFails() {
        Pages<String> pages = failing(3).retry(3, Duration.ZERO, Duration.ZERO, failure -> true);
        PageException failure = catchThrowableOfType(PageException.class, () -> pages.forEach(item -> {}));
        assertThat(failure.attempts()).isEqualTo(3);
        assertThat(failure).hasMessageContaining("attempts=3").hasRootCauseMessage("call 3");
        assertThat(pauses).hasSize(2);
        assertThat(pages.startingAt(failure.checkpoint()).stream()).containsExactly("item");
    }

    @Test
    void whatIsNotTransientFailsAtOnce() {
        assertThatExceptionOfType(PageException.class)
                .isThrownBy(() -> failing(1)
                        .retry(3, Duration.ZERO, Duration.ZERO, IllegalStateException.class::isInstance)
                        .forEach(item -> {}));
        assertThat(calls).hasValue(1);
    }

    @Test
    void aPredicateThatThrowsFailsThePageAndHidesNothing() {
        PageException failure = catchThrowableOfType(
                PageException.class,
                () -> failing(1)
                        .retry(3, Duration.ZERO, Duration.ZERO, thrown -> {
                            throw new IllegalStateException("undecided");
                        })
                        .forEach(item -> {}));
        assertThat(failure).hasRootCauseMessage("undecided");
        assertThat(failure.getCause()).hasSuppressedException(new IOException("call 1"));
    }

    @Test
    void anInterruptEndsThePause() {
        Pages<String> pages = failing(1)
                .retry(2, Duration.ofDays(1), Duration.ofDays(1), failure -> true)
                .pauses((nanos, closed) -> {
                    Thread.currentThread().interrupt();
                    Pauses.REAL.pause(nanos, closed);
                });
        PageException failure = catchThrowableOfType(PageException.class, () -> pages.forEach(item -> {}));
        assertThat(Thread.interrupted()).isTrue();
        assertThat(failure).hasCauseInstanceOf(InterruptedException.class);
        assertThat(failure.getCause().getSuppressed()).hasOnlyElementsOfType(IOException.class);
        assertThat(calls).hasValue(1);
    }

    @Test
    void closingEndsThePause() {
        List<PageIterator<String>> iterators = new ArrayList<>();
        Pages<String> pages = failing(1)
                .retry(2, Duration.ofDays(1), Duration.ofDays(1), failure -> true)
                .pauses((nanos, closed) -> {
                    Thread closer = new Thread(iterators.get(0)::close);
                    closer.start();
                    Pauses.REAL.pause(nanos, closed);
                    closer.join();
                });
        iterators.add(pages.iterator());
        assertThatExceptionOfType(CancellationException.class)
                .isThrownBy(() -> iterators.get(0).hasNext());
        assertThat(calls).hasValue(1);
        assertThat(iterators.get(0).hasNext()).isFalse();
    }

    @Test
    void aPauseThatIsOverIsOver() throws InterruptedException {
        Pauses.REAL.pause(1, new java.util.concurrent.CountDownLatch(1));
    }

    @Test
    void thePageOfAnUnwritablePositionFailsAllTheSame() {
        Pages<String> pages = Pages.of(1, (Integer position, int limit) -> {
            if (position == null) {
                return PageSource.Slice.of(List.of("first"), 1);
            }
            throw new IOException("second");
        });
        PageIterator<String> iterator = pages.iterator();
        iterator.next();
        assertThatIllegalStateException().isThrownBy(iterator::checkpoint).withMessageContaining("kind=custom");
        PageException failure = catchThrowableOfType(PageException.class, iterator::hasNext);
        assertThat(failure).hasRootCauseMessage("second");
        assertThat(failure.checkpoint()).isNull();
    }
}
