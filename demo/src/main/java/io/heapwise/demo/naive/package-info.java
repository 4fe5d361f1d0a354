/** The article's own code, carried over to Java. */
@org.jspecify.annotations.NullMarked
package io.heapwise.demo.naive;
