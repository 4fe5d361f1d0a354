package io.heapwise.streams;

/**
 * What becomes of a line that is longer than {@linkplain Lines#maxLineBytes allowed}.
 *
 * @since 0.1.0
 */
public enum LongLinePolicy {
    /** Reading ends with a {@link LineTooLongException} that says where the line begins. */
    FAIL,

    /** The line is passed over. It counts in the numbers of the lines behind it, and is not held in memory. */
    SKIP,

    /**
     * The line is cut at the allowed length and {@linkplain LineView#isTruncated() says so}; in UTF-8 no character is cut in two, so that
     * it may be up to three bytes shorter. The rest is not held in memory.
     */
    TRUNCATE
}
