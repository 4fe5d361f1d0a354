/** The scene of the pools: sessions that are dear to make, a peer that refuses some, and a holder that forgets. */
@org.jspecify.annotations.NullMarked
package io.heapwise.demo.sessions;
