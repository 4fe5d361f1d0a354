package io.heapwise.streams;

import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** Pages by number. Invariant: each page has the number after that of the one before. */
record NumberSource<T>(long firstPage, PageFetch.ByPageNumber<T> fetch, PageEnd end)
        implements UnmarkedSource<T, NumberSource.Place> {
    /**
     * @param number which page
     * @param fullItems how many items a page before it had at most, since the size of a full page is nowhere told
     */
    record Place(long number, int fullItems) {}

    @Override
    public PageSource<T, Place> endingWith(PageEnd end) {
        return new NumberSource<>(firstPage, fetch, end);
    }

    @Override
    public Slice<T, Place> fetch(@Nullable Place position, int limit) throws Exception {
        Place place = position == null ? new Place(firstPage, 0) : position;
        List<T> items = Objects.requireNonNull(fetch.fetch(place.number), "items");
        int size = items.size();
        boolean isLast = size == 0 || (end == PageEnd.SHORT_PAGE && size < place.fullItems);
        return Slice.of(items, isLast ? null : new Place(place.number + 1, Math.max(size, place.fullItems)));
    }

    @Override
    public String kind() {
        return "number";
    }

    @Override
    public String write(Place position) {
        return position.number + "," + position.fullItems;
    }

    @Override
    public Place read(String text) {
        int comma = text.indexOf(',');
        if (comma < 0) {
            throw new IllegalArgumentException(
                    "position=" + text + " (expected a number and a size): give it unchanged");
        }
        return new Place(Long.parseLong(text.substring(0, comma)), Integer.parseInt(text.substring(comma + 1)));
    }
}
