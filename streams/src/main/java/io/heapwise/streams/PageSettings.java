package io.heapwise.streams;

import java.util.concurrent.Executor;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** What {@link Pages} was told. Invariant: none of it changes once another thread may see it. */
final class PageSettings<T> {
    int depth;
    Executor executor = Runnable::run;
    long maximumPages = Long.MAX_VALUE;
    int maximumEmptyPages = 1_000;
    long limitItems = Long.MAX_VALUE;
    CyclePolicy onCycle = CyclePolicy.FAIL;
    PageRetry retry = PageRetry.NONE;
    Pauses pauses = Pauses.REAL;

    @Nullable PageSizing<T> sizing;

    @Nullable Consumer<? super PageProgress> onPage;

    PageSettings() {}

    PageSettings(PageSettings<T> other) {
        depth = other.depth;
        executor = other.executor;
        maximumPages = other.maximumPages;
        maximumEmptyPages = other.maximumEmptyPages;
        limitItems = other.limitItems;
        onCycle = other.onCycle;
        retry = other.retry;
        pauses = other.pauses;
        sizing = other.sizing;
        onPage = other.onPage;
    }
}
