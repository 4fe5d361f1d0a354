/** The two ends of a child JVM: the one who starts it, and what runs in it. */
@org.jspecify.annotations.NullMarked
package io.heapwise.demo.child;
