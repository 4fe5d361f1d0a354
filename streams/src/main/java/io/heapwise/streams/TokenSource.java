package io.heapwise.streams;

import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** Pages that say which one follows. Invariant: an empty token means the end, as null does: services say it in both ways. */
record TokenSource<T>(String kind, PageFetch.ByToken<T> fetch) implements PageSource<T, String> {
    @Override
    public Slice<T, String> fetch(@Nullable String position, int limit) throws Exception {
        Page<T> page = Objects.requireNonNull(fetch.fetch(position), "page");
        String next = page.next();
        return Slice.of(page.items(), next == null || next.isEmpty() ? null : next);
    }

    @Override
    public String write(String position) {
        return position;
    }

    @Override
    public String read(String text) {
        return text;
    }
}
