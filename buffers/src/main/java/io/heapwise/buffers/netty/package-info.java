/** Netty's {@code ByteBuf} from the memory of these allocators, and limits on the memory of Netty's. Needs {@code netty-buffer} 4.2, which is not brought along. */
package io.heapwise.buffers.netty;
