package io.heapwise.streams;

/** What a source did that it must not do, or a bound that was reached: to ask again would change nothing, so nobody does. */
final class PageFault extends IllegalStateException {
    private static final long serialVersionUID = 1;

    PageFault(String message) {
        super(message);
    }
}
