/** The memory signal of a JVM and those who listen to it. */
package io.heapwise.memory;
