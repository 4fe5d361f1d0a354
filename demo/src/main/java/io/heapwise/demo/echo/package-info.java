/** The scene of the buffers: an echo server that needs memory for each request, and gives it back or leaves it lying. */
@org.jspecify.annotations.NullMarked
package io.heapwise.demo.echo;
