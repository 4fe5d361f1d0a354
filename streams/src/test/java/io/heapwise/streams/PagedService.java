package io.heapwise.streams;

import java.io.IOException;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;

/** Gives the numbers from 0 on, on pages of the given sizes, in any of the ways that services have. Says when two ask at a time. */
final class PagedService {
    /** In which way. */
    enum Kind {
        TOKEN,
        LINK,
        OWN,
        OFFSET,
        NUMBER,
        KEY;

        /** Whether an empty page is not the end. */
        boolean hasMiddleEmpties() {
            return this == TOKEN || this == LINK || this == OWN;
        }
    }

    final AtomicInteger calls = new AtomicInteger();
    final List<Integer> numbers = new ArrayList<>();
    private final List<List<Integer>> pages = new ArrayList<>();
    private final AtomicBoolean isBusy = new AtomicBoolean();

    /** Each so many calls one fails; 0 for none. */
    int failsEach;

    PagedService(List<Integer> sizes) {
        int number = 0;
        for (int size : sizes) {
            List<Integer> page = new ArrayList<>();
            for (int i = 0; i < size; i++) {
                numbers.add(number);
                page.add(number++);
            }
            pages.add(page);
        }
    }

    Pages<Integer> pages(Kind kind) {
        return switch (kind) {
            case TOKEN ->
                Pages.byToken(token -> page(token == null ? 0 : Integer.parseInt(token.substring(1)), "/", "t"));
            case LINK -> Pages.byNextLink("/0", link -> page(Integer.parseInt(link.substring(1)), "", "/"));
            case OWN -> Pages.of(10, new Own());
            case OFFSET -> Pages.byOffset(4, (offset, limit) -> after((int) offset, limit));
            case NUMBER -> Pages.byPageNumber(1, page -> items((int) page - 1));
            case KEY ->
                Pages.byKeyset(
                        4,
                        number -> number,
                        Comparator.<Integer>naturalOrder(),
                        (key, limit) -> after(key == null ? 0 : key + 1, limit),
                        KeyCodec.of(Object::toString, Integer::valueOf));
        };
    }

    private Page<Integer> page(int index, String end, String prefix) throws IOException {
        List<Integer> items = items(index);
        boolean isLast = index + 1 >= pages.size();
        return Page.of(items, isLast ? (end.isEmpty() ? null : "") : prefix + (index + 1));
    }

    private List<Integer> items(int index) throws IOException {
        if (!isBusy.compareAndSet(false, true)) {
            throw new AssertionError("two fetches at a time");
        }
        try {
            int call = calls.incrementAndGet();
            if (failsEach > 0 && call % failsEach == 0) {
                throw new IOException("call " + call);
            }
            return index < pages.size() ? pages.get(index) : List.of();
        } finally {
            isBusy.set(false);
        }
    }

    /** As many as the page has on which the number is, at most, from there on. */
    private List<Integer> after(int number, int limit) throws IOException {
        int index = 0;
        int first = 0;
        while (index < pages.size() && number >= first + pages.get(index).size()) {
            first += pages.get(index++).size();
        }
        List<Integer> items = items(index);
        return items.subList(Math.min(items.size(), number - first), Math.min(items.size(), number - first + limit));
    }

    /** Positions that are objects. */
    private final class Own implements PageSource<Integer, List<Integer>> {
        @Override
        public Slice<Integer, List<Integer>> fetch(List<Integer> position, int limit) throws Exception {
            int index = position == null ? 0 : position.get(0);
            List<Integer> items = items(index);
            return Slice.of(items, index + 1 >= pages.size() ? null : List.of(index + 1));
        }

        @Override
        public String write(List<Integer> position) {
            return position.get(0).toString();
        }

        @Override
        public List<Integer> read(String text) {
            return List.of(Integer.valueOf(text));
        }
    }
}
