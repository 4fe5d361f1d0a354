package io.heapwise.streams;

import org.jspecify.annotations.Nullable;

/**
 * A page could not be fetched, or must not be. The cause says why. What was handed out before is not lost: {@link #checkpoint} leads to
 * what follows it.
 *
 * @since 0.1.0
 */
public final class PageException extends RuntimeException {
    private static final long serialVersionUID = 1;

    private final @Nullable String checkpoint;
    private final long pages;
    private final long items;
    private final int attempts;

    PageException(@Nullable String checkpoint, long pages, long items, int attempts, Throwable cause) {
        super(
                "page=" + (pages + 1) + " failed after items=" + items + ", attempts=" + attempts + ": " + cause
                        + (checkpoint == null ? "" : ": to go on with what follows, start at checkpoint=" + checkpoint),
                cause);
        this.checkpoint = checkpoint;
        this.pages = pages;
        this.items = items;
        this.attempts = attempts;
    }

    /**
     * Where the reader was, for {@link Pages#startingAt}.
     *
     * @return as {@link PageIterator#checkpoint} gives it; null if the positions of the source cannot be written
     */
    public @Nullable String checkpoint() {
        return checkpoint;
    }

    /**
     * How many pages came before it, counted from the very beginning.
     *
     * @return pages, those without items included
     */
    public long pages() {
        return pages;
    }

    /**
     * How many items were handed out, counted from the very beginning.
     *
     * @return items
     */
    public long items() {
        return items;
    }

    /**
     * How often the page was asked for.
     *
     * @return 0 if it was refused before that, or the thread was interrupted while it waited for it
     */
    public int attempts() {
        return attempts;
    }
}
