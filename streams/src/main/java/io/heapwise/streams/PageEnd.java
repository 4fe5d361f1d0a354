package io.heapwise.streams;

/**
 * How the end is seen of pages that do not say which one follows.
 *
 * @since 0.1.0
 */
public enum PageEnd {
    /** By a page without items: always right, one request more. */
    EMPTY_PAGE,
    /**
     * Also by a page with fewer items than were asked for, or, where that is not known, than another page had: right only if the service
     * never gives fewer by itself. Many cap what they give, and would seem to have ended with the first page.
     */
    SHORT_PAGE
}
