package io.heapwise.buffers;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.Size;

/** Whatever is done to an allocator and its children, one step after the other: no byte is lost, lent twice, or lent beyond a limit. */
class AllocatorProperties {
    private static final int MAX_BYTES = 2 << 20;
    private static final int CHILD_BYTES = 900_000;
    private static final int GRANDCHILD_BYTES = 300_000;

    /** How the allocator is built. */
    enum Kind {
        DIRECT,
        DIRECT_WITH_FALLBACK,
        HEAP,
        UNPOOLED;

        BufferAllocator build() {
            BufferAllocatorBuilder builder = BufferAllocator.builder().maxBytes(MAX_BYTES);
            return switch (this) {
                case DIRECT -> builder.build();
                case DIRECT_WITH_FALLBACK ->
                    builder.onLimit(LimitPolicy.HEAP_FALLBACK).build();
                case HEAP -> builder.heap().build();
                case UNPOOLED -> builder.unpooled().build();
            };
        }
    }

    /** Memory that is lent: by a lease, or, once that has been shared, by owners. */
    private static final class Lent {
        final BufferAllocator from;
        final PooledBuffer lease;
        final List<SharedBuffer> owners = new ArrayList<>();
        byte[] written;
        int usableBytes;
        boolean isFallback;

        Lent(BufferAllocator from, PooledBuffer lease, SplittableRandom random) {
            this.from = from;
            this.lease = lease;
            this.written = new byte[lease.capacity()];
            rewrite(random);
        }

        void rewrite(SplittableRandom random) {
            random.nextBytes(written);
            lease.putBytes(0, written, 0, written.length);
            usableBytes = lease.usableSize();
            isFallback = lease.byteBuffer().isDirect() != from.isDirect();
        }

        /** Throws unless the first and the last bytes, or all, are what was written. */
        void requireUntouched(int edgeBytes) {
            ByteBuffer view = owners.isEmpty()
                    ? lease.byteBuffer().duplicate()
                    : owners.get(0).byteBuffer().duplicate();
            int edge = Math.min(edgeBytes, written.length);
            byte[] seen = new byte[edge];
            view.get(0, seen);
            assertThat(seen).isEqualTo(Arrays.copyOf(written, edge));
            view.get(written.length - edge, seen);
            assertThat(seen).isEqualTo(Arrays.copyOfRange(written, written.length - edge, written.length));
        }
    }

    /** What should be so. */
    private static final class Model {
        final BufferAllocator root;
        final BufferAllocator child;
        final BufferAllocator grandchild;
        final List<Lent> lent = new ArrayList<>();
        final List<AutoCloseable> closed = new ArrayList<>();
        long closedTwice;

        Model(Kind kind) {
            root = kind.build();
            child = root.child("child", CHILD_BYTES);
            grandchild = child.child("grandchild", GRANDCHILD_BYTES);
        }

        void step(SplittableRandom random) throws Exception {
            int kind = random.nextInt(20);
            if (kind < 7 || lent.isEmpty()) {
                allocate(random, kind % 2 == 0);
                return;
            }
            Lent one = lent.get(random.nextInt(lent.size()));
            if (kind < 10) {
                grow(one, random);
            } else if (kind < 12) {
                share(one, random);
            } else if (kind < 17) {
                close(one, random);
            } else if (kind < 19) {
                closeAgain(random);
            } else {
                long held = root.stats().heldBytes();
                assertThat(root.trim()).isEqualTo(held - root.stats().heldBytes());
            }
        }

        private void allocate(SplittableRandom random, boolean isZeroed) {
            BufferAllocator from = List.of(root, child, grandchild).get(random.nextInt(3));
            int bytes = random.nextInt(1 << (4 + random.nextInt(17)));
            try {
                PooledBuffer lease = isZeroed ? from.allocateZeroed(bytes) : from.allocate(bytes);
                assertThat(lease.capacity()).isEqualTo(bytes);
                for (int at = 0; isZeroed && at < bytes; at++) {
                    if (lease.get(at) != 0) {
                        throw new AssertionError("byte " + at + " of " + bytes + " is not zero");
                    }
                }
                lent.add(new Lent(from, lease, random));
            } catch (BufferLimitException refused) {
                assertThat(refused).hasMessageContaining("bytes=" + bytes);
            }
        }

        private void grow(Lent one, SplittableRandom random) {
            if (one.owners.isEmpty()) {
                int bytes = one.written.length + random.nextInt(1 << random.nextInt(17));
                try {
                    one.lease.grow(bytes);
                    byte[] kept = new byte[one.written.length];
                    one.lease.getBytes(0, kept, 0, kept.length);
                    assertThat(kept).isEqualTo(one.written);
                    one.written = new byte[bytes];
                    one.rewrite(random);
                } catch (BufferLimitException refused) {
                    assertThat(one.lease.capacity()).isEqualTo(one.written.length);
                }
            }
        }

        private void share(Lent one, SplittableRandom random) {
            if (one.owners.isEmpty()) {
                one.owners.add(one.lease.share());
            } else {
                SharedBuffer owner = one.owners.get(random.nextInt(one.owners.size()));
                one.owners.add(owner.retain());
                int from = random.nextInt(one.written.length + 1);
                try (SharedBuffer part = owner.slice(from, random.nextInt(one.written.length - from + 1))) {
                    byte[] seen = new byte[part.capacity()];
                    part.byteBuffer().get(seen);
                    assertThat(seen).isEqualTo(Arrays.copyOfRange(one.written, from, from + seen.length));
                }
            }
        }

        private void close(Lent one, SplittableRandom random) {
            one.requireUntouched(one.written.length);
            if (one.owners.isEmpty()) {
                one.lease.close();
                closed.add(one.lease);
                lent.remove(one);
            } else {
                SharedBuffer owner = one.owners.remove(random.nextInt(one.owners.size()));
                owner.close();
                closed.add(owner);
                if (one.owners.isEmpty()) {
                    lent.remove(one);
                }
            }
        }

        private void closeAgain(SplittableRandom random) throws Exception {
            if (!closed.isEmpty()) {
                closed.get(random.nextInt(closed.size())).close();
                closedTwice++;
            }
        }

        private long sum(BufferAllocator of, boolean isFallback) {
            return lent.stream()
                    .filter(one -> one.isFallback == isFallback)
                    .filter(one -> of == root || one.from == of || (of == child && one.from == grandchild))
                    .mapToLong(one -> one.usableBytes)
                    .sum();
        }

        void requireLaws() {
            BufferStats stats = root.stats();
            root.checkIntegrity();
            assertThat(stats.leases())
                    .isEqualTo(lent.stream().filter(one -> !one.isFallback).count());
            assertThat(stats.leasedBytes()).isEqualTo(sum(root, false)).isLessThanOrEqualTo(stats.heldBytes());
            assertThat(stats.heldBytes()).isLessThanOrEqualTo(MAX_BYTES);
            assertThat(stats.fallbackBytes()).isEqualTo(sum(root, true));
            assertThat(stats.closedTwice()).isEqualTo(closedTwice);
            assertThat(child.stats().chargedBytes())
                    .isEqualTo(sum(child, false) + sum(child, true))
                    .isLessThanOrEqualTo(CHILD_BYTES);
            assertThat(grandchild.stats().chargedBytes())
                    .isEqualTo(sum(grandchild, false) + sum(grandchild, true))
                    .isLessThanOrEqualTo(GRANDCHILD_BYTES);
            lent.forEach(one -> one.requireUntouched(16));
        }

        void end() {
            for (Lent one : lent) {
                one.requireUntouched(one.written.length);
                if (one.owners.isEmpty()) {
                    one.lease.close();
                } else {
                    one.owners.forEach(SharedBuffer::close);
                }
            }
            lent.clear();
            requireLaws();
            Checked.requireAllBack(root);
        }
    }

    @Property(tries = 200)
    void nothingIsLostOrLentTwice(
            @ForAll Kind kind, @ForAll @Size(max = 120) List<@IntRange(max = 1_000_000) Integer> seeds)
            throws Exception {
        Model model = new Model(kind);
        for (int seed : seeds) {
            model.step(new SplittableRandom(seed));
            model.requireLaws();
        }
        model.end();
    }
}
