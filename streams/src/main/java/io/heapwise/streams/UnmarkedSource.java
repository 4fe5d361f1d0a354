package io.heapwise.streams;

/** Pages that do not say whether one follows: there is a choice of how to see it. */
interface UnmarkedSource<T, P> extends PageSource<T, P> {
    PageSource<T, P> endingWith(PageEnd end);
}
