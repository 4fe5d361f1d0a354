package io.heapwise.demo;

import java.io.IOException;
import java.nio.file.Path;

/** One way of doing a scene's work. It is made in the parent, to be described, and again in the child that runs it. */
public interface Contestant {

    /** What it is called on the command line and in the table: lower-case letters and dashes. */
    String name();

    /** What it is, in a few words. */
    String title();

    /** How it is set up in a heap of this size and what a reader should know to judge it, in one paragraph. */
    String setUp(long heapBytes);

    /**
     * Does the work, in the child; one thread at a time tells the meter. It may run out of memory: the child reports that
     * as its outcome.
     *
     * @throws IOException if the prepared folder cannot be read
     */
    void run(Task task) throws IOException;

    /**
     * What a contestant is given.
     *
     * @param folder what {@link Scene#prepare} filled
     * @param operations how many operations to do
     * @param heapBytes the heap of this JVM
     * @param meter told of every operation
     */
    record Task(Path folder, long operations, long heapBytes, Meter meter) {}
}
