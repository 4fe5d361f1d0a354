package io.heapwise.demo.echo;

import java.nio.ByteBuffer;

/** A new direct buffer for each request. */
final class NaiveDirect extends EchoRequests {
    @Override
    public String name() {
        return "naive";
    }

    @Override
    public String title() {
        return "a direct buffer a request";
    }

    @Override
    public String setUp(long heapBytes) {
        return "ByteBuffer.allocateDirect(length) for each request, which the collector frees when it finds it dropped. The JVM allows as much direct memory as heap, "
                + (heapBytes >> 20) + " MB; when that is used up the JDK itself has the whole heap collected.";
    }

    @Override
    RequestMemory open() {
        return new RequestMemory() {
            @Override
            public Held take(int bytes) {
                return RequestMemory.leftLying(ByteBuffer.allocateDirect(bytes));
            }

            @Override
            public void end() {}
        };
    }
}
