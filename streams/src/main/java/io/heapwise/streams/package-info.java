/**
 * Lines, chunks and pages of inputs that may be bigger than the heap. Whatever opens, closes: on success, on error, on an early end.
 * What is held at a time is bounded, in bytes where bytes are known.
 */
@org.jspecify.annotations.NullMarked
package io.heapwise.streams;
