package io.heapwise.demo.echo;

import io.heapwise.buffers.BufferAllocator;
import io.heapwise.buffers.PooledBuffer;
import java.nio.ByteBuffer;
import java.time.Duration;

/** A lease for each request. */
final class Heapwise extends EchoRequests {
    private static final Duration IDLE = Duration.ofSeconds(1);

    @Override
    public String name() {
        return "heapwise";
    }

    @Override
    public String title() {
        return "Heapwise";
    }

    @Override
    public String setUp(long heapBytes) {
        return "BufferAllocator.builder().idleTrim(" + IDLE.toSeconds()
                + " s), and a lease for each request, closed when the answer has been written. The usual time after which idle memory goes back is 10 s; it"
                + " is shorter so that one sees it here.";
    }

    @Override
    RequestMemory open() {
        BufferAllocator buffers = BufferAllocator.builder().idleTrim(IDLE).build();
        return new RequestMemory() {
            @Override
            public Held take(int bytes) {
                return new Leased(buffers.allocate(bytes));
            }

            @Override
            public void end() {
                long leases = buffers.stats().leases();
                buffers.close();
                if (leases != 0) {
                    throw new IllegalStateException("leases=" + leases + " (expected 0): a connection has lost one");
                }
            }
        };
    }

    private record Leased(PooledBuffer lease) implements RequestMemory.Held {
        @Override
        public ByteBuffer bytes() {
            return lease.byteBuffer();
        }

        @Override
        public void close() {
            lease.close();
        }
    }
}
