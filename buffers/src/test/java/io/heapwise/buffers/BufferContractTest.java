package io.heapwise.buffers;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

import java.nio.ByteBuffer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The contract, kept by allocators of all kinds. */
final class BufferContractTest {
    @Nested
    final class PooledDirect extends BufferContract {
        @Override
        BufferAllocatorBuilder builder() {
            return BufferAllocator.builder();
        }
    }

    @Nested
    final class PooledHeap extends BufferContract {
        @Override
        BufferAllocatorBuilder builder() {
            return BufferAllocator.builder().heap();
        }
    }

    @Nested
    final class UnpooledDirect extends BufferContract {
        @Override
        BufferAllocatorBuilder builder() {
            return BufferAllocator.builder().unpooled();
        }
    }

    @Nested
    final class UnpooledHeap extends BufferContract {
        @Override
        BufferAllocatorBuilder builder() {
            return BufferAllocator.builder().heap().unpooled();
        }
    }

    /** Where nobody closes twice without being told. */
    abstract static class Paranoid extends BufferContract {
        @Override
        void closeAgain(AutoCloseable closed) {
            assertThatIllegalStateException()
                    .isThrownBy(closed::close)
                    .withMessageContaining("closed already")
                    .withStackTraceContaining("closed here by thread")
                    .withStackTraceContaining("taken here by thread");
        }

        @AfterEach
        void nobodyHasWrittenWhereHeMustNot() {
            assertThat(root.stats().damages()).isZero();
        }
    }

    @Nested
    final class ParanoidDirect extends Paranoid {
        @Override
        BufferAllocatorBuilder builder() {
            return BufferAllocator.builder().paranoid();
        }
    }

    @Nested
    final class ParanoidHeap extends Paranoid {
        @Override
        BufferAllocatorBuilder builder() {
            return BufferAllocator.builder().heap().paranoid();
        }
    }

    /** Within limits, aligned, and leaving nothing behind. */
    @Nested
    final class ParanoidChild extends Paranoid {
        @Override
        BufferAllocatorBuilder builder() {
            return BufferAllocator.builder()
                    .paranoid()
                    .alignment(256)
                    .zeroOnRelease()
                    .maxBytes(64 << 20);
        }

        @Override
        BufferAllocator tested(BufferAllocator built) {
            return built.child("requests", 32 << 20);
        }

        @AfterEach
        void nothingIsCharged() {
            assertThat(buffers.stats().chargedBytes()).isZero();
        }
    }

    /** Whose leases begin at a page. */
    @Nested
    final class Aligned extends BufferContract {
        @Override
        BufferAllocatorBuilder builder() {
            return BufferAllocator.builder().alignment(4096);
        }

        @ParameterizedTest
        @ValueSource(ints = {1, 4096, 4097, 100_000, 2_000_000})
        void aLeaseBeginsAtAPage(int bytes) {
            try (PooledBuffer one = buffers.allocate(bytes);
                    PooledBuffer other = buffers.allocate(bytes)) {
                assertThat(one.byteBuffer().alignmentOffset(0, 4096)).isZero();
                assertThat(other.byteBuffer().alignmentOffset(0, 4096)).isZero();
            }
        }
    }

    /** That leaves nothing behind. */
    @Nested
    final class Zeroing extends BufferContract {
        @Override
        BufferAllocatorBuilder builder() {
            return BufferAllocator.builder().zeroOnRelease();
        }

        @Test
        void nothingOfALeaseIsLeft() {
            PooledBuffer secret = buffers.allocate(5000);
            Checked.fill(secret, 1);
            secret.grow(secret.usableSize());
            Checked.fill(secret, 1);
            ByteBuffer view = secret.byteBuffer();
            secret.close();
            for (int at = 0; at < view.capacity(); at++) {
                assertThat(view.get(at)).isZero(); // the memory is still held by the allocator
            }
        }
    }

    /** Within a limit that is wide enough. */
    @Nested
    final class Child extends BufferContract {
        @Override
        BufferAllocatorBuilder builder() {
            return BufferAllocator.builder().maxBytes(64 << 20);
        }

        @Override
        BufferAllocator tested(BufferAllocator built) {
            return built.child("requests", 32 << 20).child("uploads", 16 << 20);
        }

        @AfterEach
        void nothingIsCharged() {
            assertThat(buffers.stats().chargedBytes()).isZero();
        }
    }
}
