package io.heapwise.buffers;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.GatheringByteChannel;
import java.nio.channels.ScatteringByteChannel;
import java.util.Arrays;
import java.util.SplittableRandom;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.lifecycle.AfterProperty;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** A chain has the bytes that were put in, in order, and gives back each lease when they have gone. */
final class BufferChainTest {
    private final BufferAllocator buffers = BufferAllocator.pooled();

    @AfterEach
    @AfterProperty
    void everythingComesBack() {
        Checked.requireAllBack(buffers);
    }

    /** Takes and gives as many bytes a call as it is told; fails where it is told. */
    private static final class Channel implements GatheringByteChannel, ScatteringByteChannel {
        final ByteArrayOutputStream written = new ByteArrayOutputStream();
        ByteBuffer toRead = ByteBuffer.allocate(0);
        int atOnce;
        boolean isBroken;
        int lie;

        Channel(int atOnce) {
            this.atOnce = atOnce;
        }

        @Override
        public long write(ByteBuffer[] sources) throws IOException {
            int left = atOnce;
            for (ByteBuffer source : sources) {
                while (left > 0 && source.hasRemaining()) {
                    written.write(source.get());
                    left--;
                }
            }
            if (isBroken) {
                throw new IOException("broken");
            }
            return atOnce - left + lie;
        }

        @Override
        public long read(ByteBuffer[] targets) throws IOException {
            if (isBroken) {
                throw new IOException("broken");
            }
            if (!toRead.hasRemaining()) {
                return -1;
            }
            int left = atOnce;
            for (ByteBuffer target : targets) {
                while (left > 0 && target.hasRemaining() && toRead.hasRemaining()) {
                    target.put(toRead.get());
                    left--;
                }
            }
            return atOnce - left + lie;
        }

        @Override
        public long write(ByteBuffer[] sources, int offset, int length) throws IOException {
            return write(Arrays.copyOfRange(sources, offset, offset + length));
        }

        @Override
        public int write(ByteBuffer source) throws IOException {
            return (int) write(new ByteBuffer[] {source});
        }

        @Override
        public long read(ByteBuffer[] targets, int offset, int length) throws IOException {
            return read(Arrays.copyOfRange(targets, offset, offset + length));
        }

        @Override
        public int read(ByteBuffer target) throws IOException {
            return (int) read(new ByteBuffer[] {target});
        }

        @Override
        public boolean isOpen() {
            return true;
        }

        @Override
        public void close() {}
    }

    @Property(tries = 200)
    void itHasWhatWasPutIn(@ForAll long seed) throws IOException {
        SplittableRandom random = new SplittableRandom(seed);
        ByteArrayOutputStream model = new ByteArrayOutputStream();
        Channel channel = new Channel(0);
        int gone = 0;
        try (BufferChain chain = buffers.chain()) {
            for (int step = 0; step < 40; step++) {
                byte[] bytes = new byte[random.nextInt(1 + random.nextInt(30_000))];
                random.nextBytes(bytes);
                switch (random.nextInt(6)) {
                    case 0 -> chain.append(bytes);
                    case 1 -> chain.append(ByteBuffer.wrap(bytes).asReadOnlyBuffer());
                    case 2 -> {
                        PooledBuffer lease = buffers.allocate(bytes.length + 5);
                        lease.byteBuffer()
                                .position(2)
                                .put(bytes)
                                .limit(bytes.length + 2)
                                .position(2);
                        chain.append(lease);
                    }
                    case 3 -> {
                        PooledBuffer lease = buffers.allocate(bytes.length);
                        lease.putBytes(0, bytes, 0, bytes.length);
                        try (SharedBuffer owner = lease.share()) {
                            chain.append(owner.retain());
                        }
                    }
                    case 4 -> {
                        channel.toRead = ByteBuffer.wrap(bytes);
                        channel.atOnce = bytes.length;
                        long came = chain.readFrom(channel, Math.max(1, bytes.length));
                        assertThat(came).isEqualTo(bytes.length == 0 ? -1 : bytes.length);
                    }
                    default -> {
                        channel.atOnce = random.nextInt(40_000);
                        gone += (int) chain.writeTo(channel);
                        bytes = new byte[0];
                    }
                }
                model.writeBytes(bytes);
                chain.checkIntegrity();
                byte[] all = model.toByteArray();
                byte[] left = Arrays.copyOfRange(all, gone, all.length);
                assertThat(chain.length()).isEqualTo(left.length);
                assertThat(Arrays.equals(chain.toBytes(), left)).isTrue();
                assertThat(Arrays.equals(channel.written.toByteArray(), Arrays.copyOf(all, gone)))
                        .isTrue();
                if (left.length > 0) {
                    int index = random.nextInt(left.length);
                    assertThat(chain.get(index)).isEqualTo(left[index]);
                }
            }
        }
    }

    @Test
    void whatHasBeenWrittenOutIsGivenBack() throws IOException {
        Channel channel = new Channel(1);
        try (BufferChain chain = buffers.chain()) {
            chain.append(buffers.allocate(10)).append(buffers.allocate(20)).append(buffers.allocate(0));
            assertThat(chain.pieces()).isEqualTo(3);
            for (int left = 30; left > 0; left--) {
                assertThat(chain.length()).isEqualTo(left);
                assertThat(buffers.stats().leases()).isEqualTo(left > 20 ? 3 : 2);
                assertThat(chain.writeTo(channel)).isEqualTo(1);
            }
            assertThat(buffers.stats().leases()).isZero();
        }
    }

    @Test
    void aChannelThatThrowsOrLiesChangesNothing() throws IOException {
        try (BufferChain chain = buffers.chain()) {
            chain.append("abcdef", UTF_8);
            Channel channel = new Channel(3);
            channel.isBroken = true;
            assertThatExceptionOfType(IOException.class).isThrownBy(() -> chain.writeTo(channel));
            assertThatExceptionOfType(IOException.class).isThrownBy(() -> chain.readFrom(channel, 10));
            channel.isBroken = false;
            channel.lie = 100;
            assertThatExceptionOfType(IOException.class)
                    .isThrownBy(() -> chain.writeTo(channel))
                    .withMessageContaining("expected 0 to 6");
            channel.toRead = ByteBuffer.wrap(new byte[3]);
            assertThatExceptionOfType(IOException.class).isThrownBy(() -> chain.readFrom(channel, 10));
            channel.lie = 0;
            assertThat(chain.readFrom(channel, 10)).isEqualTo(-1);
            assertThat(chain.text(UTF_8)).isEqualTo("abcdef");
        }
    }

    @Test
    void theFirstBytesAreShownAsInALog() {
        try (BufferChain chain = buffers.chain()) {
            chain.append("Hello, world!\n\0ABCDEF", UTF_8);
            assertThat(chain.hexDump(18).lines())
                    .containsExactly(
                            "00000000  48 65 6c 6c 6f 2c 20 77 6f 72 6c 64 21 0a 00 41  Hello, world!..A",
                            "00000010  42 43                                            BC");
            assertThat(chain.hexDump(0)).isEmpty();
        }
    }

    @Test
    void aClosedChainThrows() {
        BufferChain chain = buffers.chain();
        chain.append((byte) 1, (byte) 2);
        chain.close();
        chain.close();
        assertThatIllegalStateException().isThrownBy(() -> chain.append((byte) 3));
        assertThatIllegalStateException().isThrownBy(chain::toBytes);
    }
}
