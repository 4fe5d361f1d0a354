package io.heapwise.streams;

import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** Pages by offset. Invariant: the next page begins behind the last item that came, however many were asked for. */
record OffsetSource<T>(PageFetch.ByOffset<T> fetch, PageEnd end) implements UnmarkedSource<T, Long> {
    @Override
    public PageSource<T, Long> endingWith(PageEnd end) {
        return new OffsetSource<>(fetch, end);
    }

    @Override
    public Slice<T, Long> fetch(@Nullable Long position, int limit) throws Exception {
        long offset = position == null ? 0 : position;
        List<T> items = Objects.requireNonNull(fetch.fetch(offset, limit), "items");
        int size = items.size();
        boolean isLast = size == 0 || (end == PageEnd.SHORT_PAGE && size < limit);
        return Slice.of(items, isLast ? null : offset + size, index -> offset + index + 1);
    }

    @Override
    public String kind() {
        return "offset";
    }

    @Override
    public String write(Long position) {
        return position.toString();
    }

    @Override
    public Long read(String text) {
        long offset = Long.parseLong(text);
        if (offset < 0) {
            throw new IllegalArgumentException("offset=" + offset + " (expected >= 0): it counts items");
        }
        return offset;
    }
}
