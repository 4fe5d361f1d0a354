/** The arithmetic behind the signal and the adapters to the JVM. Not exported. */
package io.heapwise.memory.internal;
