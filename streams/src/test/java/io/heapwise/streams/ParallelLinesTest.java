package io.heapwise.streams;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

import java.io.IOException;
import java.io.InterruptedIOException;
import java.nio.ByteBuffer;
import java.nio.channels.ClosedByInterruptException;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executor;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class ParallelLinesTest {
    private static final int LINES = 20_000;

    @TempDir
    private Path folder;

    private Path file;
    private ExecutorService executor;

    @BeforeEach
    void writeFile() throws IOException {
        file = folder.resolve("lines.txt");
        Files.write(
                file,
                IntStream.range(0, LINES).mapToObj(number -> "line " + number).toList());
        executor = Executors.newFixedThreadPool(3);
    }

    @AfterEach
    void stopThreads() {
        executor.shutdownNow();
    }

    private ParallelLines lines(int threads, Executor by) {
        return Lines.of(file).bufferBytes(512).parallel(threads, by).segmentBytes(1_000);
    }

    /** The same lines from something that is no file. */
    private ParallelLines blocks(int threads, Executor by) throws IOException {
        return Lines.of(Files.newInputStream(file)).bufferBytes(512).parallel(threads, by);
    }

    @Test
    void allWaysOfAskingAgree() throws IOException {
        long length = Files.size(file) - LINES;
        for (ParallelLines lines : List.of(lines(3, executor), lines(1, executor), lines(8, executor))) {
            assertThat(lines.count()).isEqualTo(LINES);
            assertThat(lines.count(line -> line.endsWith("7"))).isEqualTo(LINES / 10);
            assertThat(lines.sum(LineView::length)).isEqualTo(length);
            AtomicLong sum = new AtomicLong();
            lines.forEach(line -> sum.addAndGet(line.parseLong(5, line.length())));
            assertThat(sum).hasValue((long) LINES * (LINES - 1) / 2);
        }
        assertThat(blocks(3, executor).count()).isEqualTo(LINES);
        assertThat(blocks(3, executor).sum(LineView::length)).isEqualTo(length);
    }

    @Test
    void resultsComeInTheOrderOfTheLines() throws IOException {
        for (ParallelLines lines : List.of(lines(3, executor), blocks(3, executor))) {
            List<Long> numbers = new ArrayList<>();
            Thread caller = Thread.currentThread();
            lines.<Long>mapInOrder(line -> line.endsWith("3") ? null : line.parseLong(5, line.length()), number -> {
                assertThat(Thread.currentThread()).isSameAs(caller);
                numbers.add(number);
            });
            assertThat(numbers).hasSize(LINES - LINES / 10).isSorted();
        }
        String joined = lines(3, executor)
                .reduce(StringBuilder::new, (all, line) -> all.append(line.text()), StringBuilder::append)
                .toString();
        assertThat(joined).startsWith("line 0line 1line 2").endsWith("line " + (LINES - 1));
    }

    @Test
    void severalThreadsWorkAndNoMoreThanAllowed() throws IOException {
        Set<Thread> threads = ConcurrentHashMap.newKeySet();
        AtomicInteger working = new AtomicInteger();
        AtomicInteger most = new AtomicInteger();
        CountDownLatch both = new CountDownLatch(2);
        lines(2, executor).forEach(line -> {
            if (threads.add(Thread.currentThread())) {
                both.countDown();
            }
            most.accumulateAndGet(working.incrementAndGet(), Math::max);
            awaitUnlessLast(both);
            working.decrementAndGet();
        });
        assertThat(most).hasValue(2);
    }

    /** Both threads are waited for: this would hang if there were only one. */
    private static void awaitUnlessLast(CountDownLatch latch) {
        try {
            latch.await();
        } catch (InterruptedException interrupt) {
            throw new AssertionError(interrupt);
        }
    }

    @Test
    void anExecutorThatRefusesForgetsOrHasNoThreadChangesNothing() throws IOException {
        Executor refusing = task -> {
            throw new RejectedExecutionException("full");
        };
        Queue<Runnable> forgotten = new ConcurrentLinkedQueue<>();
        for (Executor by : List.<Executor>of(refusing, forgotten::add, Runnable::run)) {
            assertThat(lines(4, by).count()).isEqualTo(LINES);
            assertThat(blocks(4, by).count()).isEqualTo(LINES);
        }
        assertThat(forgotten).isNotEmpty();
        forgotten.forEach(Runnable::run); // whoever comes too late finds nothing to do, and harms nobody
    }

    @Test
    void theFirstFailureInTheOrderOfLinesIsTold() {
        for (int round = 0; round < 20; round++) {
            assertThatIllegalArgumentException()
                    .isThrownBy(() -> lines(3, executor).forEach(line -> {
                        if (line.parseLong(5, line.length()) >= 9_000) {
                            throw new IllegalArgumentException(line.text());
                        }
                    }))
                    .withMessage("line 9000");
        }
    }

    @Test
    void nobodyWorksAnyMoreWhenAFailureComesOut() {
        AtomicInteger working = new AtomicInteger();
        for (int round = 0; round < 20; round++) {
            assertThatIllegalStateException()
                    .isThrownBy(() -> lines(3, executor).forEach(line -> {
                        working.incrementAndGet();
                        try {
                            if (line.equalsTo("line 5000")) {
                                throw new IllegalStateException("mine");
                            }
                        } finally {
                            working.decrementAndGet();
                        }
                    }));
            assertThat(working).hasValue(0);
        }
    }

    @Test
    void onlySoManyPiecesAreAheadOfASlowOne() throws IOException {
        AtomicLong furthest = new AtomicLong();
        long[] most = new long[1];
        long[] taken = new long[1];
        lines(2, executor)
                .mapInOrder(
                        line -> {
                            furthest.accumulateAndGet(line.offset(), Math::max);
                            return line.length() + 1L;
                        },
                        length -> {
                            most[0] = Math.max(most[0], furthest.get() - taken[0]);
                            taken[0] += length;
                        });
        // Four open, and the one just taken.
        assertThat(most[0]).isLessThan(5 * 1_000 + 100);
    }

    @Test
    void anInterruptBeforeTheReadingEndsIt() {
        Thread.currentThread().interrupt();
        assertThatExceptionOfType(ClosedByInterruptException.class)
                .isThrownBy(() -> lines(2, executor).count());
        assertThat(Thread.interrupted()).isTrue();
    }

    @Test
    void anInterruptWhileOthersWorkEndsItWhenTheyHaveEnded() throws Exception {
        CountDownLatch isWorking = new CountDownLatch(1);
        CountDownLatch release = new CountDownLatch(1);
        AtomicBoolean isInterrupted = new AtomicBoolean();
        AtomicBoolean hasEnded = new AtomicBoolean();
        Path small = Files.writeString(folder.resolve("small.txt"), "a\n");
        List<Object> told = new ArrayList<>();
        // The only piece is taken by the helper before the caller looks for work, and the caller is interrupted before
        // it waits.
        Executor first = task -> {
            executor.execute(task);
            awaitUnlessLast(isWorking);
            Thread.currentThread().interrupt();
            isInterrupted.set(true);
        };
        Thread caller = new Thread(() -> {
            try {
                Lines.of(small).parallel(2, first).forEach(line -> {
                    isWorking.countDown();
                    awaitUnlessLast(release);
                    hasEnded.set(true);
                });
            } catch (IOException thrown) {
                told.add(thrown.getClass());
                told.add(Thread.currentThread().isInterrupted());
                told.add(hasEnded.get());
            }
        });
        caller.start();
        while (!isInterrupted.get() || caller.getState() != Thread.State.WAITING) {
            Thread.onSpinWait(); // until it waits for the helper
        }
        release.countDown();
        caller.join();
        assertThat(told).containsExactly(InterruptedIOException.class, true, true);
    }

    @Test
    void aFileOfMoreThanTwoGigabytesIsSplitWhereverItsLinesEnd() throws IOException {
        Path sparse = folder.resolve("sparse.txt");
        long hole = (2L << 30) + 12_345;
        try (FileChannel channel = FileChannel.open(sparse, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE)) {
            channel.write(ByteBuffer.wrap("first\n".getBytes(StandardCharsets.UTF_8)), 0);
            channel.write(ByteBuffer.wrap("\nlast".getBytes(StandardCharsets.UTF_8)), hole);
        }
        Queue<String> seen = new ConcurrentLinkedQueue<>();
        Lines.of(sparse)
                .maxLineBytes(1_000)
                .onLongLine(LongLinePolicy.SKIP)
                .parallel(2, executor)
                .forEach(line -> seen.add(line.text() + "@" + line.offset()));
        assertThat(seen).containsExactlyInAnyOrder("first@0", "last@" + (hole + 1));
    }

    @Test
    void progressIsToldInOrderByTheCaller() throws IOException {
        List<Long> told = new ArrayList<>();
        Lines.of(file)
                .onProgress(told::add)
                .parallel(3, executor)
                .segmentBytes(10_000)
                .count();
        assertThat(told).isSorted().endsWith(Files.size(file)).hasSizeGreaterThan(10);
    }

    @Test
    void linesHaveNoNumbersButPlaces() throws IOException {
        lines(2, executor).forEach(line -> {
            assertThat(line.lineNumber()).isEqualTo(-1);
            byte[] all = new byte[line.length()];
            line.copyTo(0, line.length(), all, 0);
            assertThat(new String(all, StandardCharsets.UTF_8)).startsWith("line ");
        });
        assertThatExceptionOfType(LineTooLongException.class)
                .isThrownBy(() -> Lines.of(file)
                        .maxLineBytes(6)
                        .parallel(2, executor)
                        .segmentBytes(1_000)
                        .count())
                .withMessageContaining("\"line 10\\x0aline")
                .satisfies(told -> assertThat(told.offset()).isEqualTo(70));
    }
}
