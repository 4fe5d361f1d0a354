package io.heapwise.streams;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;
import static org.assertj.core.api.Assertions.assertThatNullPointerException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import com.google.common.testing.GcFinalization;
import io.heapwise.streams.PagedService.Kind;
import java.io.IOException;
import java.lang.ref.WeakReference;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What pages do without looking ahead. */
@Timeout(value = 60, unit = TimeUnit.SECONDS)
class PagesTest {
    private final PagedService service = new PagedService(List.of(2, 0, 0, 3, 1));

    @ParameterizedTest
    @EnumSource
    void nothingIsFetchedBeforeItIsAskedFor(Kind kind) {
        PagedService full = new PagedService(List.of(2, 3));
        Pages<Integer> pages = full.pages(kind);
        PageIterator<Integer> iterator = pages.iterator();
        Stream<Integer> stream = pages.stream().filter(number -> number > 0);
        assertThat(iterator.pagesFetched()).isZero();
        assertThat(full.calls).hasValue(0);
        assertThat(iterator.hasNext()).isTrue();
        assertThat(full.calls).hasValue(1);
        iterator.next();
        iterator.next();
        assertThat(full.calls).hasValue(1);
        iterator.close();
        assertThat(iterator.hasNext()).isFalse();
        assertThat(stream.findFirst()).hasValue(1);
        assertThat(full.calls).hasValue(2);
        stream.close();
    }

    @Test
    void emptyPagesInTheMiddleArePassedOver() {
        PageIterator<Integer> iterator = service.pages(Kind.TOKEN).iterator();
        assertThat(iterator).toIterable().containsExactly(0, 1, 2, 3, 4, 5);
        assertThat(iterator.pagesFetched()).isEqualTo(5);
        assertThat(iterator.itemsSeen()).isEqualTo(6);
    }

    @Test
    void manyEmptyPagesTakeNoStack() {
        List<Integer> sizes = new ArrayList<>(java.util.Collections.nCopies(100_000, 0));
        sizes.add(1);
        PagedService sparse = new PagedService(sizes);
        assertThat(sparse.pages(Kind.TOKEN).maxEmptyPages(100_000).iterator())
                .toIterable()
                .containsExactly(0);
        assertThatExceptionOfType(PageException.class)
                .isThrownBy(() -> sparse.pages(Kind.TOKEN).forEach(number -> {}))
                .withMessageContaining("in a row=1001 (expected <= 1000, maximumEmptyPages)");
    }

    @Test
    void onlyEmptyPagesInARowAreCounted() {
        PagedService sparse = new PagedService(List.of(0, 0, 1, 0, 0, 1, 0, 0, 1));
        assertThat(sparse.pages(Kind.TOKEN).maxEmptyPages(2).stream()).containsExactly(0, 1, 2);
        assertThatExceptionOfType(PageException.class)
                .isThrownBy(() -> sparse.pages(Kind.TOKEN).maxEmptyPages(1).forEach(number -> {}));
    }

    @Test
    void aPageThatIsReadAgainFromItsMiddleIsCountedOnce() {
        Pages<Integer> pages = service.pages(Kind.TOKEN);
        String checkpoint;
        try (PageIterator<Integer> iterator = pages.iterator()) {
            for (int i = 0; i < 3; i++) {
                iterator.next();
            }
            assertThat(iterator.pagesFetched()).isEqualTo(4);
            checkpoint = iterator.checkpoint();
        }
        PageIterator<Integer> rest = pages.startingAt(checkpoint).iterator();
        assertThat(rest.next()).isEqualTo(3);
        assertThat(rest.pagesFetched()).isEqualTo(4);
        rest.forEachRemaining(number -> {});
        assertThat(rest.pagesFetched()).isEqualTo(5);
        assertThat(rest.itemsSeen()).isEqualTo(6);
    }

    @Test
    void whoFailsToGoOnInTheMiddleOfAPageStaysThere() {
        PagedService failing = new PagedService(List.of(4));
        failing.failsEach = 2;
        Pages<Integer> pages = failing.pages(Kind.TOKEN);
        String checkpoint;
        try (PageIterator<Integer> iterator = pages.iterator()) {
            iterator.next();
            iterator.next();
            checkpoint = iterator.checkpoint();
        }
        PageException failure = catchThrowableOfType(
                PageException.class, () -> pages.startingAt(checkpoint).forEach(number -> {}));
        assertThat(failure.checkpoint()).isEqualTo(checkpoint);
        assertThat(failure.items()).isEqualTo(2);
        assertThat(pages.startingAt(failure.checkpoint()).stream()).containsExactly(2, 3);
    }

    @Test
    void thereAreNoMorePagesThanAllowed() {
        Pages<Integer> pages = service.pages(Kind.TOKEN).maxPages(4);
        List<Integer> read = new ArrayList<>();
        PageException failure = catchThrowableOfType(PageException.class, () -> pages.forEach(read::add));
        assertThat(failure).hasMessageContaining("pages=5 (expected <= 4, maximumPages)");
        assertThat(failure.attempts()).isZero();
        assertThat(failure.pages()).isEqualTo(4);
        assertThat(service.calls).hasValue(4);
        pages.startingAt(failure.checkpoint()).forEach(read::add);
        assertThat(read).isEqualTo(service.numbers);
    }

    @Test
    void aShortPageEndsOnlyIfThatWasSaid() {
        PagedService full = new PagedService(List.of(4, 4, 2));
        for (Kind kind : List.of(Kind.OFFSET, Kind.NUMBER, Kind.KEY)) {
            full.calls.set(0);
            assertThat(full.pages(kind).stream()).hasSize(10);
            assertThat(full.calls).hasValue(4);
            full.calls.set(0);
            assertThat(full.pages(kind).end(PageEnd.SHORT_PAGE).stream()).hasSize(10);
            assertThat(full.calls).hasValue(3);
        }
        assertThatIllegalStateException()
                .isThrownBy(() -> full.pages(Kind.TOKEN).end(PageEnd.SHORT_PAGE))
                .withMessageContaining("expected offset, number or key");
    }

    @Test
    void theSizeOfAFullPageSurvivesACheckpoint() {
        PagedService full = new PagedService(List.of(4, 4, 2));
        Pages<Integer> pages = full.pages(Kind.NUMBER).end(PageEnd.SHORT_PAGE);
        try (PageIterator<List<Integer>> iterator = pages.pages()) {
            iterator.next();
            iterator.next();
            full.calls.set(0);
            assertThat(pages.startingAt(iterator.checkpoint()).stream()).containsExactly(8, 9);
            assertThat(full.calls).hasValue(1);
        }
    }

    @Test
    void aShrunkenPageIsNotMadeUpForFromTheNext() {
        Map<String, List<String>> shelves = new LinkedHashMap<>(Map.of("1", List.of("a", "b", "c"), "2", List.of("d")));
        Pages<String> pages =
                Pages.byToken(token -> token == null ? Page.of(shelves.get("1"), "2") : Page.last(shelves.get(token)));
        String checkpoint;
        try (PageIterator<String> iterator = pages.iterator()) {
            iterator.next();
            iterator.next();
            checkpoint = iterator.checkpoint();
        }
        shelves.put("1", List.of("c"));
        assertThat(pages.startingAt(checkpoint).stream()).containsExactly("d");
    }

    // ---- cycles -----------------------------------------------------------------------------------------------------

    /** Three pages, and then for ever round so many. */
    private static Pages<Integer> round(int length) {
        return Pages.byToken(token -> {
            int page = token == null ? 0 : Integer.parseInt(token);
            return Page.of(List.of(page), Integer.toString(page + 1 == 3 + length ? 3 : page + 1));
        });
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 2, 3, 4, 5})
    void aCycleFailsUnlessThatIsAllowed(int length) {
        List<Integer> read = new ArrayList<>();
        PageIterator<Integer> iterator = round(length).iterator();
        assertThatExceptionOfType(PageException.class)
                .isThrownBy(() -> iterator.forEachRemaining(read::add))
                .withMessageContaining("comes again after pages=" + length)
                .withCauseInstanceOf(IllegalStateException.class);
        assertThat(read)
                .hasSizeLessThan(3 * (3 + length))
                .startsWith(0, 1, 2, 3)
                .hasSizeGreaterThanOrEqualTo(3 + length);

        List<Integer> stopped = round(length).onCycle(CyclePolicy.STOP).stream().toList();
        assertThat(stopped).isEqualTo(read);

        assertThat(round(length).onCycle(CyclePolicy.ALLOW).stream().limit(1_000))
                .hasSize(1_000);
    }

    @Test
    void aPageThatLeadsToItselfIsReadOnce() {
        assertThat(round(1).onCycle(CyclePolicy.STOP).stream()).containsExactly(0, 1, 2, 3);
    }

    @Test
    void aLinkBackToTheFirstPageIsSeen() {
        Pages<Integer> self = Pages.byNextLink("/1", link -> Page.of(List.of(1), "/1"));
        assertThat(self.onCycle(CyclePolicy.STOP).stream()).containsExactly(1);
        Pages<Integer> round =
                Pages.byNextLink("/1", link -> Page.of(List.of(link.charAt(1) - '0'), link.equals("/1") ? "/2" : "/1"));
        List<Integer> read = new ArrayList<>();
        assertThatExceptionOfType(PageException.class)
                .isThrownBy(() -> round.forEach(read::add))
                .withMessageContaining("comes again after pages=2");
        assertThat(read).startsWith(1, 2).hasSizeLessThan(6);
    }

    @Test
    void aCycleOfEmptyPagesIsSeen() {
        Pages<Integer> pages = Pages.byNextLink("/1", link -> Page.of(List.of(), link.equals("/1") ? "/2" : "/1"));
        assertThatExceptionOfType(PageException.class)
                .isThrownBy(() -> pages.forEach(number -> {}))
                .withMessageContaining("comes again after pages=2");
        assertThat(pages.onCycle(CyclePolicy.STOP).stream()).isEmpty();
    }

    @Test
    void aFailureOfTheGuardIsNotTriedAgain() {
        AtomicInteger asked = new AtomicInteger();
        assertThatExceptionOfType(PageException.class)
                .isThrownBy(
                        () -> round(1).retry(5, Duration.ZERO, Duration.ZERO, failure -> asked.incrementAndGet() > 0)
                                .forEach(number -> {}));
        assertThat(asked).hasValue(0);
    }

    // ---- keys -------------------------------------------------------------------------------------------------------

    @Test
    void aKeyThatDoesNotAdvanceFails() {
        Pages<Integer> pages =
                Pages.byKeyset(2, number -> number / 10, Comparator.naturalOrder(), (key, limit) -> List.of(50, 51));
        AtomicInteger asked = new AtomicInteger();
        List<Integer> read = new ArrayList<>();
        assertThatExceptionOfType(PageException.class)
                .isThrownBy(() -> pages.retry(5, Duration.ZERO, Duration.ZERO, failure -> asked.incrementAndGet() > 0)
                        .forEach(read::add))
                .withMessageContaining("last key=5 (expected after 5");
        assertThat(read).containsExactly(50, 51);
        assertThat(asked).hasValue(0); // to ask again would change nothing
    }

    @Test
    void anotherOrderThanWasSaidFails() {
        List<Integer> down = List.of(9, 8, 7, 6);
        Pages<Integer> pages = Pages.byKeyset(
                2,
                number -> number,
                Comparator.<Integer>naturalOrder(),
                (key, limit) -> key == null ? down.subList(0, 2) : down.subList(2, 4));
        assertThatExceptionOfType(PageException.class)
                .isThrownBy(() -> pages.forEach(number -> {}))
                .withMessageContaining("last key=6 (expected after 8");
    }

    @Test
    void aKeyThatIsNullFails() {
        Pages<String> pages =
                Pages.byKeyset(2, name -> null, Comparator.<String>naturalOrder(), (key, limit) -> List.of("a"));
        assertThatExceptionOfType(PageException.class)
                .isThrownBy(() -> pages.forEach(name -> {}))
                .withMessageContaining("key=null (expected a key of each item)");
    }

    @Test
    void withoutACodecThereIsNoCheckpointOfAKeyAndItIsSaidWhatToGive() {
        Pages<Integer> pages = Pages.byKeyset(2, number -> number, Comparator.<Integer>naturalOrder(), (key, limit) -> {
            if (key != null) {
                throw new IOException("gone");
            }
            return List.of(1, 2);
        });
        PageIterator<Integer> iterator = pages.iterator();
        String start = iterator.checkpoint();
        iterator.next();
        assertThatIllegalStateException().isThrownBy(iterator::checkpoint).withMessageContaining("KeyCodec");
        iterator.next();
        PageException failure = catchThrowableOfType(PageException.class, iterator::hasNext);
        assertThat(failure.checkpoint()).isNull();
        assertThat(failure).hasCauseInstanceOf(IOException.class);
        assertThat(failure.getCause().getSuppressed()).hasSize(1);
        assertThat(pages.startingAt(start).iterator().next()).isEqualTo(1);
        String ofAnother = service.pages(Kind.KEY).pages().checkpoint();
        assertThat(pages.startingAt(ofAnother).iterator().next()).isEqualTo(1);
    }

    // ---- failures ---------------------------------------------------------------------------------------------------

    @Test
    void anExceptionComesWrappedAndAnErrorAsItIs() {
        Pages<Integer> broken = Pages.byPageNumber(0, page -> {
            throw new IOException("no route");
        });
        PageException failure = catchThrowableOfType(PageException.class, () -> broken.forEach(number -> {}));
        assertThat(failure)
                .hasMessageStartingWith("page=1 failed after items=0, attempts=1: java.io.IOException: no route")
                .hasMessageContaining(failure.checkpoint());
        AssertionError error = new AssertionError("broken");
        Pages<Integer> worse = Pages.byPageNumber(0, page -> {
            throw error;
        });
        assertThatThrownBy(() -> worse.forEach(number -> {})).isSameAs(error);
    }

    @Test
    void aFetchThatGivesNullFails() {
        assertThatExceptionOfType(PageException.class)
                .isThrownBy(() -> Pages.byToken(token -> null).forEach(item -> {}))
                .withCauseInstanceOf(NullPointerException.class);
        assertThatExceptionOfType(PageException.class)
                .isThrownBy(() -> Pages.byOffset(1, (offset, limit) -> null).forEach(item -> {}))
                .withCauseInstanceOf(NullPointerException.class);
        assertThatNullPointerException()
                .isThrownBy(() -> Page.last(java.util.Arrays.asList(1, null)))
                .withMessage("item of a page");
    }

    @Test
    void anInterruptedFetchLeavesTheThreadInterruptedAndIsNotTriedAgain() {
        AtomicInteger calls = new AtomicInteger();
        Pages<Integer> pages = Pages.<Integer>byPageNumber(0, page -> {
                    calls.incrementAndGet();
                    throw new InterruptedException();
                })
                .retry(3, Duration.ZERO, Duration.ZERO, failure -> true);
        assertThatExceptionOfType(PageException.class)
                .isThrownBy(() -> pages.forEach(number -> {}))
                .withCauseInstanceOf(InterruptedException.class);
        assertThat(Thread.interrupted()).isTrue();
        assertThat(calls).hasValue(1);
    }

    @Test
    void aListenerIsToldOfEachPageAndMayEndIt() {
        List<PageProgress> told = new ArrayList<>();
        service.pages(Kind.TOKEN).onPage(told::add).limit(4).forEach(number -> {});
        assertThat(told).containsExactly(new PageProgress(1, 0, 2), new PageProgress(4, 2, 2));

        PageIterator<Integer> iterator = service.pages(Kind.TOKEN)
                .onPage(progress -> {
                    throw new IllegalArgumentException("enough");
                })
                .iterator();
        assertThatIllegalArgumentException().isThrownBy(iterator::hasNext).withMessage("enough");
        assertThat(iterator.hasNext()).isFalse();
        assertThat(service.pages(Kind.TOKEN).startingAt(iterator.checkpoint()).stream())
                .containsExactlyElementsOf(service.numbers);
    }

    @Test
    void aListThatIsUsedAgainDoesNoHarm() {
        List<Integer> reused = new ArrayList<>();
        Pages<Integer> pages = Pages.<Integer>byPageNumber(0, page -> {
                    reused.clear();
                    if (page < 3) {
                        reused.add((int) page);
                        reused.add((int) page);
                    }
                    return reused;
                })
                .prefetch(1, Runnable::run);
        assertThat(pages.iterator()).toIterable().containsExactly(0, 0, 1, 1, 2, 2);
    }

    @Test
    void aFetchThatReadsFromItsOwnIteratorIsTold() {
        List<PageIterator<Integer>> own = new ArrayList<>();
        Pages<Integer> pages = Pages.byPageNumber(0, page -> List.of(own.get(0).next()));
        own.add(pages.iterator());
        assertThatExceptionOfType(PageException.class)
                .isThrownBy(() -> own.get(0).hasNext())
                .withMessageContaining("asked for by the fetch of a page");
    }

    // ---- memory -----------------------------------------------------------------------------------------------------

    @Test
    void aPageIsForgottenBeforeTheNextIsFetched() {
        List<WeakReference<List<byte[]>>> fetched = new ArrayList<>();
        Pages<byte[]> pages = Pages.byPageNumber(0, page -> {
            if (page > 0) {
                GcFinalization.awaitClear(fetched.get((int) page - 1));
            }
            List<byte[]> items = page < 5 ? List.of(new byte[1], new byte[2]) : List.of();
            fetched.add(new WeakReference<>(items));
            return items;
        });
        PageIterator<byte[]> iterator = pages.iterator();
        int count = 0;
        while (iterator.hasNext()) {
            count += iterator.next().length;
        }
        assertThat(count).isEqualTo(15);
    }

    @Test
    void pagesAreCutToTheirBytes() {
        List<Integer> limits = new ArrayList<>();
        Pages<Integer> pages = Pages.<Integer>byOffset(10, (offset, limit) -> {
                    limits.add(limit);
                    // The 12th is heavy.
                    return Stream.iterate((int) offset, i -> i + 1)
                            .limit(Math.min(limit, 40 - offset))
                            .map(i -> i == 12 ? 100 : 10)
                            .toList();
                })
                .targetBytes(250, 20, bytes -> bytes);
        assertThat(pages.stream()).hasSize(40);
        assertThat(limits).startsWith(10, 20, 2, 2).last().isEqualTo(2);
        assertThat(pages.targetBytes(5, 20, bytes -> bytes).stream()).hasSize(40);
        assertThat(limits).last().isEqualTo(1);
        assertThatExceptionOfType(PageException.class)
                .isThrownBy(() -> pages.targetBytes(5, 20, bytes -> -1).forEach(bytes -> {}))
                .withMessageContaining("itemBytes=-1 (expected >= 0)");
        assertThatIllegalStateException()
                .isThrownBy(() -> service.pages(Kind.TOKEN).targetBytes(5, 20, number -> 1))
                .withMessageContaining("nobody tells these");
    }

    // ---- settings ---------------------------------------------------------------------------------------------------

    @Test
    void aCheckpointOfSomethingElseIsRefused() {
        PageIterator<Integer> iterator = service.pages(Kind.TOKEN).iterator();
        iterator.next();
        String checkpoint = iterator.checkpoint();
        iterator.close();
        Pages<Integer> pages = service.pages(Kind.TOKEN);
        for (int i = 0; i < checkpoint.length(); i++) {
            String cut = checkpoint.substring(0, i);
            String changed = cut + (checkpoint.charAt(i) == 'x' ? 'y' : 'x') + checkpoint.substring(i + 1);
            assertThatIllegalArgumentException().isThrownBy(() -> pages.startingAt(cut));
            assertThatIllegalArgumentException().isThrownBy(() -> pages.startingAt(changed));
        }
        assertThatIllegalArgumentException()
                .isThrownBy(() -> service.pages(Kind.OFFSET).startingAt(checkpoint))
                .withMessageContaining("expected one of pages of kind=offset");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> pages.startingAt("z".repeat(10_000)))
                .withMessageContaining("zzz... (expected one that checkpoint() gave)");
    }

    @Test
    void aTokenMayBeAnyTextThatIsOne() {
        String odd = "a b/+\u00e4\n\ud83d\ude00 %";
        Pages<String> pages =
                Pages.byToken(token -> token == null ? Page.of(List.of("1"), odd) : Page.last(List.of(token)));
        try (PageIterator<String> iterator = pages.iterator()) {
            iterator.next();
            assertThat(pages.startingAt(iterator.checkpoint()).stream()).containsExactly(odd);
        }
        Pages<String> half = Pages.byToken(token -> Page.of(List.of("1"), "\ud83d"));
        try (PageIterator<String> iterator = half.iterator()) {
            iterator.next();
            assertThatIllegalStateException().isThrownBy(iterator::checkpoint).withMessageContaining("Unicode");
        }
    }

    @Test
    void eachSettingIsCheckedWhereItIsMade() {
        Pages<Integer> pages = service.pages(Kind.OFFSET);
        assertThatIllegalArgumentException().isThrownBy(() -> pages.prefetch(0)).withMessageContaining("depth=0");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> pages.prefetch(65))
                .withMessageContaining("depth=65");
        assertThatIllegalArgumentException().isThrownBy(() -> pages.limit(-1)).withMessageContaining("items=-1");
        assertThatIllegalArgumentException().isThrownBy(() -> pages.maxPages(0)).withMessageContaining("Pages=0");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> pages.maxEmptyPages(-1))
                .withMessageContaining("Pages=-1");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> pages.targetBytes(0, 1, number -> 1))
                .withMessageContaining("targetBytes=0");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> pages.targetBytes(1, 0, number -> 1))
                .withMessageContaining("maximumItems=0");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> pages.retry(0, Duration.ZERO, Duration.ZERO, failure -> true))
                .withMessageContaining("attempts=0");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> pages.retry(1, Duration.ofNanos(-1), Duration.ZERO, failure -> true))
                .withMessageContaining("firstDelay=PT-");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> pages.retry(1, Duration.ofSeconds(2), Duration.ofSeconds(1), failure -> true))
                .withMessageContaining("firstDelay=PT2S");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> Pages.byOffset(0, (offset, limit) -> List.of()))
                .withMessageContaining("limit=0");
        assertThatNullPointerException().isThrownBy(() -> Pages.byToken(null)).withMessage("fetch");
    }

    @Test
    void whatIsSetChangesNothingThatWasThereBefore() {
        Pages<Integer> pages = service.pages(Kind.TOKEN);
        Pages<Integer> limited = pages.limit(1);
        Pages<Integer> more = limited.limit(3).maxPages(100);
        assertThat(pages.stream()).hasSize(6);
        assertThat(limited.stream()).hasSize(1);
        assertThat(more.stream()).hasSize(3);
        assertThat(pages.limit(0).stream()).isEmpty();
    }
}
