package io.heapwise.demo.echo;

import java.nio.ByteBuffer;

/** Where the memory of a request comes from. For one thread. */
interface RequestMemory {
    /** Memory of one request. Invariant: nobody else's until it is closed, which happens once. */
    interface Held extends AutoCloseable {
        /** Exactly as many bytes as were asked for; the same at each call. */
        ByteBuffer bytes();

        @Override
        void close();
    }

    Held take(int bytes);

    /** Ends it when nothing is taken any more, and throws if that is not so. */
    void end();

    /** Memory that is left to the collector. */
    static Held leftLying(ByteBuffer bytes) {
        return new Held() {
            @Override
            public ByteBuffer bytes() {
                return bytes;
            }

            @Override
            public void close() {}
        };
    }
}
