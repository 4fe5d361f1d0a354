/**
 * The memory signal of a JVM and those who act on it.
 *
 * <p>{@link io.heapwise.memory.MemoryPressure} says how tight memory is, {@link io.heapwise.memory.HeapGovernor} asks
 * those who hold memory to give some back, {@link io.heapwise.memory.MemoryReading} and
 * {@link io.heapwise.memory.MemoryLimits} say how much there is.
 */
package io.heapwise.memory;
