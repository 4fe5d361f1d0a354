package io.heapwise.streams;

import java.util.Comparator;
import java.util.List;
import java.util.Objects;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * Pages that follow a key. Invariant: the last key of a page is after the last key of the page before, so there is no way round, and the
 * order of the source is the one that was said.
 */
record KeysetSource<T, K>(
        Function<? super T, ? extends K> keyOf,
        Comparator<? super K> order,
        PageFetch.AfterKey<T, K> fetch,
        @Nullable KeyCodec<K> codec,
        PageEnd end)
        implements UnmarkedSource<T, K> {
    @Override
    public PageSource<T, K> endingWith(PageEnd end) {
        return new KeysetSource<>(keyOf, order, fetch, codec, end);
    }

    @Override
    public Slice<T, K> fetch(@Nullable K position, int limit) throws Exception {
        List<T> items = Page.requireItems(fetch.fetch(position, limit));
        int size = items.size();
        if (size == 0) {
            return Slice.of(items, null);
        }
        K last = key(items.get(size - 1));
        if (position != null && order.compare(last, position) <= 0) {
            throw new PageFault("last key=" + last + " (expected after " + position
                    + ", the last key of the page before): order by the key, and fetch what is greater than it; "
                    + "if keys can be equal add a unique one");
        }
        return Slice.of(items, end == PageEnd.SHORT_PAGE && size < limit ? null : last, index -> key(items.get(index)));
    }

    private K key(T item) {
        K key = keyOf.apply(item);
        if (key == null) {
            throw new PageFault(
                    "key=null (expected a key of each item): leave out items without one, or give null a place of its own");
        }
        return key;
    }

    @Override
    public String kind() {
        return "key";
    }

    @Override
    public String write(K position) {
        return codec == null ? UnmarkedSource.super.write(position) : codec.write(position);
    }

    @Override
    public K read(String text) {
        return codec == null
                ? UnmarkedSource.super.read(text)
                : Objects.requireNonNull(codec.read(text), "key read by the codec");
    }
}
