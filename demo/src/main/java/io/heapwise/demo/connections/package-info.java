/** The scene of the connections: one for each request, against pools that give them back as they were. */
@org.jspecify.annotations.NullMarked
package io.heapwise.demo.connections;
