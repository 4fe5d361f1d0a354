package io.heapwise.streams;

/**
 * How far an iterator is, told when a page with items arrives.
 *
 * @param pages how many pages have come, this one and those without items included
 * @param items how many items were handed out before this page
 * @param pageItems how many it brings
 * @since 0.1.0
 */
public record PageProgress(long pages, long items, int pageItems) {}
