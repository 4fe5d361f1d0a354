package io.heapwise.streams.internal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;

import java.io.IOException;
import java.util.Arrays;
import java.util.List;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.Size;

final class GzipInputProperties {
    @Property(tries = 300)
    void anySplitOfThePackedBytesAndOfTheReadsGivesWhatTheJdkGives(
            @ForAll @Size(min = 1, max = 4) List<@IntRange(max = 3000) Integer> lengths,
            @ForAll @Size(min = 1, max = 5) List<@IntRange(min = 1, max = 9) Integer> packedReads,
            @ForAll @Size(min = 1, max = 5) List<@IntRange(min = 1, max = 2000) Integer> reads)
            throws IOException {
        byte[] packed = packed(lengths);
        PiecemealInput in = new PiecemealInput(packed, packedReads);
        try (GzipInput input = new GzipInput(in, Long.MAX_VALUE)) {
            assertThat(Gzips.readAll(input, reads)).isEqualTo(Gzips.unpackByJdk(packed));
        }
        assertThat(in.closes()).isEqualTo(1);
    }

    @Property(tries = 300)
    void aCutOrAFlippedByteIsAnIOExceptionOrHarmless(
            @ForAll @Size(min = 1, max = 3) List<@IntRange(max = 300) Integer> lengths,
            @ForAll @Size(min = 1, max = 5) List<@IntRange(min = 1, max = 9) Integer> packedReads,
            @ForAll @IntRange(max = 1 << 20) int position,
            @ForAll @IntRange(max = 255) int flip)
            throws IOException {
        byte[] whole = packed(lengths);
        byte[] plain = Gzips.unpackByJdk(whole);
        int at = position % whole.length;
        byte[] changed = flip == 0 ? Arrays.copyOf(whole, at) : whole.clone();
        if (flip != 0) {
            changed[at] ^= (byte) flip;
        }
        try (GzipInput input = new GzipInput(new PiecemealInput(changed, packedReads), 1 << 20)) {
            byte[][] got = new byte[1][];
            Throwable thrown = catchThrowable(() -> got[0] = Gzips.readAll(input, List.of(100)));
            if (thrown != null) {
                assertThat(thrown).isInstanceOf(IOException.class);
            } else if (flip == 0) {
                // Whole members are left: nothing tells that there were more.
                assertThat(got[0]).isEqualTo(Arrays.copyOf(plain, got[0].length));
                assertThat(ends(lengths)).contains(at);
            } else {
                assertThat(got[0]).isEqualTo(plain);
            }
        }
    }

    private static byte[] packed(List<Integer> lengths) {
        byte[] packed = {};
        for (int i = 0; i < lengths.size(); i++) {
            packed = Gzips.concat(packed, Gzips.pack(Gzips.bytes(i, lengths.get(i))));
        }
        return packed;
    }

    private static List<Integer> ends(List<Integer> lengths) {
        return java.util.stream.IntStream.rangeClosed(1, lengths.size())
                .mapToObj(members -> packed(lengths.subList(0, members)).length)
                .toList();
    }
}
