package io.heapwise.demo;

/** Tells the user, in one line, why the demo cannot go on. */
public final class DemoException extends RuntimeException {

    private static final long serialVersionUID = 1L;

    public DemoException(String message) {
        super(message);
    }
}
