/** How it is done. Not exported. */
package io.heapwise.buffers.internal;
