/** The scenes in which a text file that is far bigger than the heap is read line by line. */
@org.jspecify.annotations.NullMarked
package io.heapwise.demo.lines;
