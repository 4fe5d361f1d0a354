package io.heapwise.streams;

/**
 * What happens when a source leads back to a page that was there before.
 *
 * <p>A page that leads to itself is seen at once. A longer way round is seen by Brent's algorithm, which keeps one position: until then some
 * pages come again, fewer than twice as many as there are different ones.
 *
 * @since 0.1.0
 */
public enum CyclePolicy {
    /** The iterator fails, behind the last page before the repetition. */
    FAIL,
    /** The iterator ends there: for services that say "nothing more now" by the token they were given. */
    STOP,
    /** The iterator goes on, for as long as it is asked: to follow what grows. */
    ALLOW
}
