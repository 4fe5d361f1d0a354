package io.heapwise.demo.echo;

import java.nio.ByteBuffer;

/** A new array for each request. */
final class NaiveHeap extends EchoRequests {
    @Override
    public String name() {
        return "arrays";
    }

    @Override
    public String title() {
        return "an array a request";
    }

    @Override
    public String setUp(long heapBytes) {
        return "ByteBuffer.allocate(length) for each request. The JDK copies what goes to and from the network through direct memory that it keeps for each thread.";
    }

    @Override
    RequestMemory open() {
        return new RequestMemory() {
            @Override
            public Held take(int bytes) {
                return RequestMemory.leftLying(ByteBuffer.allocate(bytes));
            }

            @Override
            public void end() {}
        };
    }
}
