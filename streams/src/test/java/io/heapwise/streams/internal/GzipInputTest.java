package io.heapwise.streams.internal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowable;

import java.io.ByteArrayOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.util.Arrays;
import java.util.List;
import java.util.zip.CRC32;
import java.util.zip.ZipException;
import org.junit.jupiter.api.Test;

final class GzipInputTest {
    private static final List<Integer> BIG = List.of(1 << 15);

    private static byte[] unpack(byte[] packed, long maxOutputBytes) throws IOException {
        PiecemealInput in = new PiecemealInput(packed);
        try (GzipInput input = new GzipInput(in, maxOutputBytes)) {
            byte[] plain = Gzips.readAll(input, BIG);
            assertThat(input.read(new byte[1], 0, 1)).isEqualTo(-1);
            return plain;
        } finally {
            assertThat(in.closes()).isEqualTo(1);
        }
    }

    private static byte[] unpack(byte[] packed) throws IOException {
        return unpack(packed, Long.MAX_VALUE);
    }

    // ---- what is whole ---------------------------------------------------------------------------------------------

    @Test
    void anEmptyMemberIsNoBytes() throws Exception {
        assertThat(unpack(Gzips.pack(new byte[0]))).isEmpty();
    }

    @Test
    void membersThatFollowOneAnotherAreOneText() throws Exception {
        byte[] one = Gzips.bytes(1, 100_000);
        byte[] two = Gzips.bytes(2, 3);
        byte[] packed = Gzips.concat(
                Gzips.pack(new byte[0]),
                Gzips.pack(one),
                Gzips.pack(new byte[0]),
                Gzips.pack(two),
                Gzips.pack(new byte[0]));
        assertThat(unpack(packed)).isEqualTo(Gzips.concat(one, two));
    }

    @Test
    void allOptionalFieldsOfTheHeaderArePassedOver() throws Exception {
        byte[] plain = Gzips.bytes(3, 500);
        for (int flags = 0; flags < 32; flags++) {
            byte[] packed = Gzips.concat(withHeader(flags, plain, 0), withHeader(flags, plain, 0));
            assertThat(unpack(packed)).isEqualTo(Gzips.concat(plain, plain));
        }
    }

    @Test
    void aWrongHeaderChecksumIsRefused() {
        assertThatThrownBy(() -> unpack(withHeader(2, new byte[5], 1)))
                .isInstanceOf(ZipException.class)
                .hasMessageContaining("header crc16=");
    }

    private static byte[] withHeader(int flags, byte[] plain, int error) {
        byte[] packed = Gzips.pack(plain);
        ByteArrayOutputStream header = new ByteArrayOutputStream();
        header.writeBytes(new byte[] {0x1f, (byte) 0x8b, 8, (byte) flags, 1, 2, 3, 4, 0, 3});
        if ((flags & 4) != 0) {
            header.writeBytes(new byte[] {1, 1});
            header.writeBytes(new byte[257]);
        }
        if ((flags & 8) != 0) {
            header.writeBytes(new byte[] {'n', 'a', 'm', 'e', 0});
        }
        if ((flags & 16) != 0) {
            header.writeBytes(new byte[] {0});
        }
        if ((flags & 2) != 0) {
            CRC32 crc = new CRC32();
            crc.update(header.toByteArray());
            int sum = (int) crc.getValue() + error;
            header.write(sum);
            header.write(sum >> 8);
        }
        return Gzips.concat(header.toByteArray(), Arrays.copyOfRange(packed, 10, packed.length));
    }

    @Test
    void zerosBehindTheLastMemberArePadding() throws Exception {
        byte[] plain = Gzips.bytes(4, 10);
        for (int zeros : new int[] {1, 2, 511, 100_000}) {
            assertThat(unpack(Gzips.concat(Gzips.pack(plain), new byte[zeros]))).isEqualTo(plain);
        }
    }

    // ---- what is not -----------------------------------------------------------------------------------------------

    @Test
    void anythingElseBehindTheLastMemberIsRefused() {
        byte[] packed = Gzips.pack(Gzips.bytes(5, 10));
        for (byte[] behind : List.of(new byte[] {'x'}, new byte[] {0, 0, 'x'}, new byte[] {0, 0x1f, (byte) 0x8b})) {
            int offset = packed.length + behind.length - 1 - (behind[behind.length - 1] == (byte) 0x8b ? 1 : 0);
            assertThatThrownBy(() -> unpack(Gzips.concat(packed, behind)))
                    .isInstanceOf(ZipException.class)
                    .hasMessageContaining("expected a member, or zeros")
                    .hasMessageContaining("offset=" + offset + ",");
        }
    }

    @Test
    void anEmptyInputIsNoGzip() {
        assertThatThrownBy(() -> unpack(new byte[0]))
                .isInstanceOf(EOFException.class)
                .hasMessageContaining("it is empty");
    }

    @Test
    void whatIsNoGzipIsRefused() {
        assertThatThrownBy(() -> unpack(new byte[] {'P', 'K', 3, 4}))
                .isInstanceOf(ZipException.class)
                .hasMessageContaining("first bytes=50 4b (expected 1f 8b)");
        assertThatThrownBy(() -> unpack(new byte[] {0x1f, (byte) 0x8b, 7, 4})).hasMessageContaining("method=7");
        assertThatThrownBy(() -> unpack(new byte[] {0x1f, (byte) 0x8b, 8, (byte) 0x80}))
                .hasMessageContaining("flags=80");
    }

    @Test
    void cutOffAnywhereItSaysWhere() {
        byte[] first = withHeader(31, Gzips.bytes(6, 300), 0);
        byte[] packed = Gzips.concat(first, Gzips.pack(Gzips.bytes(7, 100)));
        for (int length = 0; length < packed.length; length++) {
            byte[] cut = Arrays.copyOf(packed, length);
            if (length == first.length) {
                assertThat(catchThrowable(() -> unpack(cut))).isNull(); // a whole member
                continue;
            }
            int expected = length;
            assertThatThrownBy(() -> unpack(cut)).isInstanceOfSatisfying(EOFException.class, thrown -> {
                if (expected > 0) {
                    assertThat(thrown).hasMessageContaining("ends at compressed offset=" + expected + ",");
                    assertThat(thrown)
                            .hasMessageContaining(
                                    "of the member at offset=" + (expected < first.length ? 0 : first.length));
                }
            });
        }
    }

    @Test
    void theMessageOfACutSaysInWhichPart() {
        byte[] packed = Gzips.pack(Gzips.bytes(8, 100));
        assertThatThrownBy(() -> unpack(Arrays.copyOf(packed, 9))).hasMessageContaining("in the header");
        assertThatThrownBy(() -> unpack(Arrays.copyOf(packed, 20))).hasMessageContaining("in the data");
        assertThatThrownBy(() -> unpack(Arrays.copyOf(packed, packed.length - 1)))
                .hasMessageContaining("in the trailer");
    }

    @Test
    void aByteThatIsChangedIsNeverOverlooked() throws Exception {
        byte[] plain = Gzips.bytes(9, 200);
        byte[] packed = Gzips.pack(plain);
        int refused = 0;
        for (int i = 0; i < packed.length; i++) {
            for (int bit = 0; bit < 8; bit++) {
                byte[] changed = packed.clone();
                changed[i] ^= (byte) (1 << bit);
                Throwable thrown =
                        catchThrowable(() -> assertThat(unpack(changed)).isEqualTo(plain));
                boolean isOfNoMeaning = (i >= 4 && i < 10) || (i == 3 && bit == 0); // time, flags of the packer, "text"
                if (isOfNoMeaning) {
                    assertThat(thrown).isNull();
                } else if (thrown != null) {
                    // Null where the bit is of a code that nothing uses: then the text is right.
                    assertThat(thrown).as("byte %d bit %d", i, bit).isInstanceOf(IOException.class);
                    refused++;
                }
            }
        }
        assertThat(refused).isGreaterThan(8 * packed.length - 8 * 6 - 40);
    }

    @Test
    void aWrongChecksumOrLengthIsNamed() {
        byte[] packed = Gzips.pack(Gzips.bytes(10, 200));
        byte[] crc = packed.clone();
        crc[packed.length - 8]++;
        assertThatThrownBy(() -> unpack(crc)).isInstanceOf(ZipException.class).hasMessageContaining("crc32=");
        byte[] length = packed.clone();
        length[packed.length - 4]++;
        assertThatThrownBy(() -> unpack(length))
                .isInstanceOf(ZipException.class)
                .hasMessageContaining("length=201 (expected 200)");
    }

    @Test
    void whatHasFailedGoesOnFailing() throws Exception {
        byte[] packed = Gzips.pack(new byte[10]);
        packed[packed.length - 8]++;
        try (GzipInput input = new GzipInput(new PiecemealInput(packed), Long.MAX_VALUE)) {
            Throwable first = catchThrowable(() -> Gzips.readAll(input, BIG));
            assertThatThrownBy(() -> input.read(new byte[9], 0, 9))
                    .isInstanceOf(IOException.class)
                    .hasCause(first);
        }
    }

    // ---- bombs -----------------------------------------------------------------------------------------------------

    @Test
    void exactlyTheLimitIsAllowed() throws Exception {
        byte[] plain = Gzips.bytes(11, 100_000);
        assertThat(unpack(Gzips.pack(plain), 100_000)).isEqualTo(plain);
        assertThat(unpack(Gzips.concat(Gzips.pack(plain), Gzips.pack(new byte[0])), 100_000))
                .isEqualTo(plain);
        assertThat(unpack(Gzips.pack(new byte[0]), 0)).isEmpty();
    }

    @Test
    void aBombEndsAtTheLimitOfAllMembersTogether() throws Exception {
        byte[] packed = Gzips.concat(Gzips.pack(new byte[900_000]), Gzips.pack(new byte[900_000]));
        try (GzipInput input = new GzipInput(new PiecemealInput(packed), 1_000_000)) {
            byte[] into = new byte[10_000];
            int got = 0;
            while (got < 1_000_000) {
                got += input.read(into, 0, into.length);
            }
            assertThat(got).isEqualTo(1_000_000);
            assertThatThrownBy(() -> input.read(into, 0, into.length))
                    .isInstanceOf(IOException.class)
                    .hasMessageContaining("gzip output bytes>1000000 (expected <= 1000000)");
        }
    }

    @Test
    void aNegativeLimitIsRefused() {
        assertThatThrownBy(() -> new GzipInput(new PiecemealInput(new byte[0]), -1))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("maxOutputBytes=-1");
    }

    // ---- opening and closing ---------------------------------------------------------------------------------------

    @Test
    void nothingIsReadBeforeTheFirstRead() throws Exception {
        PiecemealInput in = new PiecemealInput(new byte[0]);
        GzipInput input = new GzipInput(in, 1);
        assertThat(in.reads()).isZero();
        input.close();
        input.close();
        assertThat(in.closes()).isEqualTo(1);
    }

    @Test
    void afterClosingReadingThrows() throws Exception {
        GzipInput input = new GzipInput(new PiecemealInput(Gzips.pack(new byte[100])), 1000);
        assertThat(input.read(new byte[1], 0, 1)).isEqualTo(1);
        input.close();
        assertThatThrownBy(() -> input.read(new byte[1], 0, 1))
                .isInstanceOf(IOException.class)
                .hasMessageContaining("closed");
    }

    @Test
    void aFailureOfThePackedInputIsHandedOn() throws Exception {
        IOException failure = new IOException("disk");
        ByteInput in = new ByteInput() {
            @Override
            public int read(byte[] into, int from, int length) throws IOException {
                throw failure;
            }

            @Override
            public void close() throws IOException {
                throw new IOException("closing");
            }
        };
        GzipInput input = new GzipInput(in, 1000);
        assertThatThrownBy(() -> input.read(new byte[1], 0, 1)).isSameAs(failure);
        assertThatThrownBy(input::close).hasMessage("closing");
        input.close();
    }
}
