package io.heapwise.streams;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.heapwise.streams.PagedService.Kind;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.Executor;
import java.util.stream.Stream;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.constraints.IntRange;

/** However a service cuts its items into pages: they come once each, in order, also to one who stops and goes on. */
class PagesProperties {
    /** How the pages are read ahead. */
    enum Ahead {
        NOT,
        BY_THE_READER,
        NEVER_RUN,
        NOW_AND_THEN;

        <T> Pages<T> of(Pages<T> pages, int depth, Random random) {
            LaterExecutor later = new LaterExecutor();
            Executor sometimes = task -> {
                later.execute(task);
                while (random.nextBoolean() && later.runNext()) {
                    // the work is in the condition
                }
            };
            return switch (this) {
                case NOT -> pages;
                case BY_THE_READER -> pages.prefetch(depth, Runnable::run);
                case NEVER_RUN -> pages.prefetch(depth, later);
                case NOW_AND_THEN -> pages.prefetch(depth, sometimes);
            };
        }
    }

    @Provide
    Arbitrary<List<Integer>> sizes() {
        return Arbitraries.integers().between(0, 6).list().ofMaxSize(12);
    }

    private static PagedService service(Kind kind, List<Integer> sizes) {
        return new PagedService(
                kind.hasMiddleEmpties()
                        ? sizes
                        : sizes.stream().filter(size -> size > 0).toList());
    }

    @Property
    void allItemsComeOnceAndInOrder(
            @ForAll Kind kind,
            @ForAll("sizes") List<Integer> sizes,
            @ForAll Ahead ahead,
            @ForAll @IntRange(min = 1, max = 4) int depth,
            @ForAll Random random) {
        PagedService service = service(kind, sizes);
        Pages<Integer> pages = ahead.of(service.pages(kind), depth, random);
        List<Integer> read = new ArrayList<>();
        PageIterator<Integer> iterator = pages.iterator();
        assertThat(service.calls).hasValue(0);
        while (iterator.hasNext()) {
            read.add(iterator.next());
            assertThat(iterator.itemsSeen()).isEqualTo(read.size());
            check(iterator);
        }
        check(iterator);
        assertThat(read).isEqualTo(service.numbers);

        try (Stream<Integer> stream = pages.stream()) {
            assertThat(stream.toList()).isEqualTo(service.numbers);
        }
        List<Integer> each = new ArrayList<>();
        pages.forEach(each::add);
        assertThat(each).isEqualTo(service.numbers);
        List<Integer> byPage = new ArrayList<>();
        pages.pages().forEachRemaining(page -> {
            assertThat(page).isNotEmpty();
            byPage.addAll(page);
        });
        assertThat(byPage).isEqualTo(service.numbers);
    }

    @Property
    void whoStopsAnywhereGoesOnThere(
            @ForAll Kind kind,
            @ForAll("sizes") List<Integer> sizes,
            @ForAll Ahead ahead,
            @ForAll @IntRange(min = 1, max = 4) int depth,
            @ForAll @IntRange(max = 10) int step,
            @ForAll boolean looksAhead,
            @ForAll boolean byPage,
            @ForAll Random random) {
        PagedService service = service(kind, sizes);
        List<Integer> read = new ArrayList<>();
        String checkpoint = service.pages(kind).iterator().checkpoint();
        boolean isAtEnd = false;
        while (!isAtEnd) {
            Pages<Integer> pages = ahead.of(service.pages(kind), depth, random).startingAt(checkpoint);
            int before = read.size();
            if (byPage) {
                try (PageIterator<List<Integer>> iterator = pages.pages()) {
                    isAtEnd = !iterator.hasNext();
                    if (!isAtEnd) {
                        read.addAll(iterator.next());
                    }
                    checkpoint = iterator.checkpoint();
                }
                continue;
            }
            PageIterator<Integer> iterator = pages.iterator();
            assertThat(iterator.checkpoint()).isEqualTo(checkpoint);
            assertThat(iterator.itemsSeen()).isEqualTo(before);
            while (read.size() - before <= step && iterator.hasNext()) {
                read.add(iterator.next());
                checkpoint = iterator.checkpoint();
            }
            isAtEnd = read.size() == before;
            if (looksAhead) {
                boolean unused = iterator.hasNext();
                checkpoint = iterator.checkpoint();
            }
            check(iterator);
            iterator.close();
            assertThat(iterator.checkpoint()).isEqualTo(checkpoint);
            assertThat(checkpoint).matches("[A-Za-z0-9._~-]+");
        }
        assertThat(read).isEqualTo(service.numbers);
    }

    @Property
    void afterAFailureTheCheckpointGivesWhatIsMissing(
            @ForAll Kind kind,
            @ForAll("sizes") List<Integer> sizes,
            @ForAll Ahead ahead,
            @ForAll @IntRange(min = 1, max = 4) int depth,
            @ForAll @IntRange(min = 2, max = 5) int failsEach,
            @ForAll Random random) {
        PagedService service = service(kind, sizes);
        service.failsEach = failsEach;
        List<Integer> read = new ArrayList<>();
        Pages<Integer> pages = service.pages(kind);
        boolean isAtEnd = false;
        while (!isAtEnd) {
            PageIterator<Integer> iterator = ahead.of(pages, depth, random).iterator();
            PageException failure =
                    catchThrowableOfType(PageException.class, () -> iterator.forEachRemaining(read::add));
            check(iterator);
            if (failure != null) {
                assertThat(failure).hasCauseInstanceOf(IOException.class);
                assertThat(failure.attempts()).isEqualTo(1);
                assertThat(failure.items()).isEqualTo(read.size());
                assertThat(failure.checkpoint()).isEqualTo(iterator.checkpoint());
                assertThat(iterator.hasNext()).isFalse();
                pages = service.pages(kind).startingAt(failure.checkpoint());
            }
            isAtEnd = failure == null;
        }
        assertThat(read).isEqualTo(service.numbers);
    }

    @Property
    void aServiceThatFailsEveryOtherCallIsReadWithTwoAttempts(
            @ForAll Kind kind, @ForAll("sizes") List<Integer> sizes, @ForAll Ahead ahead, @ForAll Random random) {
        PagedService service = service(kind, sizes);
        service.failsEach = 2;
        Pages<Integer> pages = service.pages(kind)
                .retry(2, Duration.ZERO, Duration.ZERO, failure -> failure instanceof IOException)
                .pauses((nanos, closed) -> {});
        assertThat(ahead.of(pages, 2, random).iterator()).toIterable().isEqualTo(service.numbers);
    }

    @Property
    void aLimitGivesTheFirstAndFetchesNoPageInVain(
            @ForAll Kind kind,
            @ForAll("sizes") List<Integer> sizes,
            @ForAll Ahead ahead,
            @ForAll @IntRange(max = 80) int limit,
            @ForAll @IntRange(max = 80) int cut,
            @ForAll Random random) {
        PagedService service = service(kind, sizes);
        Pages<Integer> pages = ahead.of(service.pages(kind), 3, random).limit(limit);
        int wanted = Math.min(limit, service.numbers.size());
        List<Integer> read = new ArrayList<>();
        String checkpoint;
        try (PageIterator<Integer> iterator = pages.iterator()) {
            while (read.size() < cut && iterator.hasNext()) {
                read.add(iterator.next());
            }
            checkpoint = iterator.checkpoint();
            check(iterator);
        }
        PageIterator<Integer> rest = pages.startingAt(checkpoint).iterator();
        rest.forEachRemaining(read::add);
        assertThat(read).isEqualTo(service.numbers.subList(0, wanted));
        if (limit <= service.numbers.size()) {
            service.calls.set(0);
            assertThat(pages.stream().count()).isEqualTo(limit);
            assertThat(service.calls.get()).isEqualTo(needed(kind, sizes, limit));
            // What follows the limit is still there.
            List<Integer> all = new ArrayList<>(read);
            service.pages(kind).startingAt(rest.checkpoint()).forEach(all::add);
            assertThat(all).isEqualTo(service.numbers);
        }
    }

    /** How many pages have the first so many items. */
    private static int needed(Kind kind, List<Integer> sizes, int items) {
        int pages = 0;
        int have = 0;
        for (int i = 0; have < items; i++) {
            int size = sizes.get(i);
            have += size;
            boolean isHalved = size > 4 && (kind == Kind.OFFSET || kind == Kind.KEY);
            if (size > 0 || kind.hasMiddleEmpties()) {
                pages += isHalved && have - (size - 4) < items ? 2 : 1;
            }
        }
        return pages;
    }

    @Property
    void whatWasAddedAfterTheEndIsFoundByOffsetAndKey(@ForAll("sizes") List<Integer> sizes, @ForAll boolean byKey) {
        Kind kind = byKey ? Kind.KEY : Kind.OFFSET;
        PageIterator<Integer> iterator = service(kind, sizes).pages(kind).iterator();
        iterator.forEachRemaining(number -> {});
        List<Integer> more = new ArrayList<>(sizes);
        more.add(3);
        PagedService grown = service(kind, more);
        assertThat(grown.pages(kind).startingAt(iterator.checkpoint()).iterator())
                .toIterable()
                .isEqualTo(grown.numbers.subList(grown.numbers.size() - 3, grown.numbers.size()));
    }

    private static void check(PageIterator<Integer> iterator) {
        ((PageReading.Items<Integer>) iterator).reading().checkIntegrity();
    }
}
