package io.heapwise.streams;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import com.google.common.testing.GcFinalization;
import io.heapwise.streams.PagedService.Kind;
import java.io.IOException;
import java.lang.ref.WeakReference;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Pages that are fetched while the reader works. */
@Timeout(value = 60, unit = TimeUnit.SECONDS)
class PagePrefetchTest {
    private final ExecutorService executor = Executors.newSingleThreadExecutor();
    private final LaterExecutor later = new LaterExecutor();
    private final PagedService service = new PagedService(List.of(2, 2, 2, 2, 2, 2, 2, 2));

    @AfterEach
    void endThread() {
        executor.shutdownNow();
    }

    private static void check(PageIterator<?> iterator) {
        ((PageReading.Items<?>) iterator).reading().checkIntegrity();
    }

    @Test
    void theNextPageIsFetchedAsSoonAsOneIsHandedOut() {
        PageIterator<Integer> iterator =
                service.pages(Kind.TOKEN).prefetch(1, later).iterator();
        assertThat(later.given).isZero();
        assertThat(iterator.hasNext()).isTrue();
        assertThat(service.calls).hasValue(1);
        assertThat(later.given).isEqualTo(1);
        later.runAll();
        assertThat(service.calls).hasValue(2);
        iterator.next();
        iterator.next();
        assertThat(iterator.pagesFetched()).isEqualTo(1);
        assertThat(later.runNext()).isFalse();
        assertThat(iterator.next()).isEqualTo(2);
        assertThat(service.calls).hasValue(2);
        assertThat(iterator.pagesFetched()).isEqualTo(2);
        assertThat(later.given).isEqualTo(2);
        check(iterator);
        iterator.close();
        check(iterator);
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 2, 5})
    void noMoreThanTheDepthIsFetchedAheadByATaskForEach(int depth) {
        PageIterator<Integer> iterator =
                service.pages(Kind.TOKEN).prefetch(depth, later).iterator();
        iterator.next();
        later.runAll();
        assertThat(service.calls).hasValue(1 + depth);
        assertThat(later.given).isEqualTo(depth);
        iterator.next();
        iterator.next();
        later.runAll();
        assertThat(service.calls).hasValue(2 + depth);
        assertThat(later.given).isEqualTo(1 + depth);
        check(iterator);
        iterator.close();
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 3})
    void noMorePagesAreAliveThanTheReadersAndTheDepth(int depth) {
        List<WeakReference<List<byte[]>>> fetched = new CopyOnWriteArrayList<>();
        Pages<byte[]> pages = Pages.<byte[]>byPageNumber(0, page -> {
                    // The one that is about to come is one of them.
                    for (int old = 0; old <= page - 1 - depth; old++) {
                        GcFinalization.awaitClear(fetched.get(old));
                    }
                    List<byte[]> items = page < 12 ? List.of(new byte[1], new byte[2]) : List.of();
                    fetched.add(new WeakReference<>(items));
                    return items;
                })
                .prefetch(depth, executor);
        PageIterator<byte[]> iterator = pages.iterator();
        int bytes = 0;
        while (iterator.hasNext()) {
            bytes += iterator.next().length;
        }
        assertThat(bytes).isEqualTo(36);
        check(iterator);
    }

    @Test
    void aPageThatNoTaskHasBegunIsFetchedByTheReader() {
        PageIterator<Integer> iterator =
                service.pages(Kind.TOKEN).prefetch(2, later).iterator();
        assertThat(iterator).toIterable().isEqualTo(service.numbers);
        int calls = service.calls.get();
        later.runAll();
        assertThat(service.calls).hasValue(calls);
        check(iterator);
    }

    @Test
    void aReaderOnTheOnlyThreadOfTheExecutorDoesNotWaitForItself() throws Exception {
        assertThat(executor.submit(() -> service.pages(Kind.TOKEN).prefetch(2, executor).stream()
                                .toList())
                        .get())
                .isEqualTo(service.numbers);
    }

    @Test
    void whoIsRefusedFetchesByItself() {
        PageIterator<Integer> iterator = service.pages(Kind.TOKEN)
                .prefetch(1, task -> {
                    throw new RejectedExecutionException("full");
                })
                .iterator();
        assertThat(iterator).toIterable().isEqualTo(service.numbers);
        check(iterator);
    }

    @Test
    void anExecutorThatThrowsSomethingElseIsNotHidden() {
        PageIterator<Integer> iterator = service.pages(Kind.TOKEN)
                .prefetch(1, task -> {
                    throw new IllegalArgumentException("broken");
                })
                .iterator();
        assertThatThrownBy(iterator::next).hasMessage("broken");
        assertThat(iterator.hasNext()).isFalse();
        assertThat(service.pages(Kind.TOKEN).startingAt(iterator.checkpoint()).stream())
                .containsExactlyElementsOf(service.numbers);
        check(iterator);
    }

    @Test
    void aFailureAheadIsSeenOnlyByWhoComesThere() {
        PagedService failing = new PagedService(List.of(2, 2));
        failing.failsEach = 2;
        Pages<Integer> pages = failing.pages(Kind.TOKEN);
        PageIterator<Integer> iterator = pages.prefetch(1, Runnable::run).iterator();
        assertThat(iterator.next()).isZero();
        assertThat(failing.calls).hasValue(2);
        assertThat(iterator.next()).isEqualTo(1);
        PageException failure = catchThrowableOfType(PageException.class, iterator::hasNext);
        assertThat(failure).hasCauseInstanceOf(IOException.class);
        assertThat(failure.items()).isEqualTo(2);
        assertThat(failure.pages()).isEqualTo(1);
        assertThat(pages.startingAt(failure.checkpoint()).stream()).containsExactly(2, 3);
        check(iterator);
    }

    @Test
    void anErrorAheadReachesTheReader() {
        AssertionError error = new AssertionError("broken");
        Pages<Integer> pages = Pages.<Integer>byPageNumber(0, page -> {
                    if (page == 1) {
                        throw error;
                    }
                    return List.of(1);
                })
                .prefetch(1, executor);
        PageIterator<Integer> iterator = pages.iterator();
        iterator.next();
        assertThatThrownBy(iterator::hasNext).isSameAs(error);
    }

    @Test
    void nothingIsFetchedAheadBehindALimit() {
        PageIterator<Integer> iterator =
                service.pages(Kind.TOKEN).limit(4).prefetch(3, Runnable::run).iterator();
        assertThat(iterator).toIterable().containsExactly(0, 1, 2, 3);
        assertThat(service.calls).hasValue(2);
    }

    // ---- waiting ----------------------------------------------------------------------------------------------------

    /** Page 1 is fetched only when it is let go. */
    private final CountDownLatch isFetching = new CountDownLatch(1);

    private final CountDownLatch letGo = new CountDownLatch(1);
    private final AtomicBoolean wasInterrupted = new AtomicBoolean();

    private Pages<Integer> slow() {
        return Pages.<Integer>byPageNumber(0, page -> {
                    if (page == 1) {
                        isFetching.countDown();
                        try {
                            letGo.await();
                        } catch (InterruptedException interrupted) {
                            wasInterrupted.set(true);
                            throw interrupted;
                        }
                    }
                    return page < 3 ? List.of((int) page) : List.of();
                })
                .prefetch(1, executor);
    }

    @Test
    void anInterruptEndsTheWaitForAPage() throws InterruptedException {
        PageIterator<Integer> iterator = slow().iterator();
        iterator.next();
        isFetching.await();
        Thread.currentThread().interrupt();
        PageException failure = catchThrowableOfType(PageException.class, iterator::hasNext);
        assertThat(Thread.interrupted()).isTrue();
        assertThat(failure).hasCauseInstanceOf(InterruptedException.class);
        assertThat(failure.attempts()).isZero();
        assertThat(wasInterrupted).isFalse();
        letGo.countDown();
        assertThat(slow().startingAt(failure.checkpoint()).stream()).containsExactly(1, 2);
        check(iterator);
    }

    @Test
    void closingWhileAFetchRunsDropsWhatItBrings() throws Exception {
        PageIterator<Integer> iterator = slow().iterator();
        iterator.next();
        isFetching.await();
        iterator.close();
        iterator.close();
        assertThat(iterator.hasNext()).isFalse();
        letGo.countDown();
        executor.submit(() -> {}).get();
        assertThat(wasInterrupted).isFalse();
        check(iterator); // nothing has arrived
    }

    @Test
    void closingWakesAReaderThatWaits() throws InterruptedException {
        PageIterator<Integer> iterator = slow().iterator();
        iterator.next();
        isFetching.await();
        Thread reader = Thread.currentThread();
        Thread closer = new Thread(() -> {
            while (reader.getState() != Thread.State.WAITING) {
                Thread.onSpinWait();
            }
            iterator.close();
        });
        closer.start();
        assertThatExceptionOfType(CancellationException.class).isThrownBy(iterator::hasNext);
        assertThat(iterator.hasNext()).isFalse();
        closer.join();
        letGo.countDown();
        check(iterator);
    }

    @Test
    void aReaderThatIsDroppedLeavesNoThreadAndNoPage() throws Exception {
        ExecutorService own = Executors.newCachedThreadPool();
        GcFinalization.awaitClear(begin(own));
        own.shutdown();
        // A task that still waited for the reader would keep the executor from its end.
        assertThat(own.awaitTermination(50, TimeUnit.SECONDS)).isTrue();
    }

    private WeakReference<Object> begin(ExecutorService own) {
        PageIterator<Integer> iterator =
                service.pages(Kind.TOKEN).prefetch(2, own).iterator();
        iterator.next();
        return new WeakReference<>(((PageReading.Items<?>) iterator).reading());
    }

    @Test
    void aReaderAndItsTasksMeetOnManyThreads() {
        ExecutorService many = Executors.newFixedThreadPool(4);
        try {
            for (int depth = 1; depth <= 3; depth++) {
                List<Integer> sizes = Collections.nCopies(2_000, 1);
                PagedService large = new PagedService(sizes);
                PageIterator<Integer> iterator =
                        large.pages(Kind.TOKEN).prefetch(depth, many).iterator();
                assertThat(iterator).toIterable().isEqualTo(large.numbers);
                assertThat(large.calls).hasValue(2_000);
                check(iterator);
            }
            assertThat(service.pages(Kind.OFFSET).prefetch(1).stream()).containsExactlyElementsOf(service.numbers);
        } finally {
            many.shutdownNow();
        }
    }
}
