package io.heapwise.benchmarks.cache;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

class HitRateTest {

    @Test
    void linesAreNumberedInOrderOfFirstUse() throws IOException {
        byte[] lines = "70\n*\n\n5\n70\n 9 \n".getBytes(StandardCharsets.US_ASCII);

        Trace trace = Trace.parse("t", new ByteArrayInputStream(lines), Trace.Format.LINES);

        assertThat(trace.requests()).containsExactly(0, 1, 0, 2);
        assertThat(trace.distinctKeys()).isEqualTo(3);
    }

    @Test
    void binaryTracesAreBigEndian() throws IOException {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        DataOutputStream numbers = new DataOutputStream(bytes);
        for (long key : new long[] {1L << 40, -1, 1L << 40}) {
            numbers.writeLong(key);
        }
        byte[] written = bytes.toByteArray();

        assertThat(Trace.parse("t", new ByteArrayInputStream(written), Trace.Format.LONGS)
                        .requests())
                .containsExactly(0, 1, 0);
        // Halves of the same longs: 256, 0, -1, -1, 256, 0.
        assertThat(Trace.parse("t", new ByteArrayInputStream(written), Trace.Format.INTS)
                        .requests())
                .containsExactly(0, 1, 2, 2, 0, 1);
    }

    @Test
    void wordsAreKeysAsTheyStandOrInTheMiddleOfTheirLine() throws IOException {
        byte[] words = "a1f\nb2\na1f\n".getBytes(StandardCharsets.US_ASCII);
        byte[] lines = "1 17 300\n2 18 400\n3 17 300\n".getBytes(StandardCharsets.US_ASCII);

        assertThat(Trace.parse("t", new ByteArrayInputStream(words), Trace.Format.WORDS)
                        .requests())
                .containsExactly(0, 1, 0);
        assertThat(Trace.parse("t", new ByteArrayInputStream(lines), Trace.Format.SECOND_WORDS)
                        .requests())
                .containsExactly(0, 1, 0);
    }

    @Test
    void smallerOverheadIsMoreEntriesInTheSameHeap() {
        assertThat(HitRate.inSameHeap(10_000, 32)).isBetween(15_000, 17_000);
        assertThat(HitRate.inSameHeap(10_000, 128)).isBetween(12_000, 13_000);
    }

    @Test
    void aCacheOfAllKeysMissesEachOnce() {
        Trace trace = synthetic();
        int room = trace.distinctKeys();

        assertThat(Optimal.hits(trace.requests(), trace.distinctKeys(), room))
                .isEqualTo(trace.requests().length - room);
    }

    @Test
    void theOptimumIsTheBestOfAllPossibleEvictions() {
        SplittableRandom random = new SplittableRandom(3);
        for (int round = 0; round < 200; round++) {
            int[] requests = random.ints(12, 0, 5).toArray();
            assertThat(Optimal.hits(requests, 5, 2))
                    .as("%s", java.util.Arrays.toString(requests))
                    .isEqualTo(best(requests, 0, new HashSet<>(), 2));
        }
    }

    @Test
    void aLoopLargerThanTheCacheDefeatsLruAndNotTheOptimum() {
        int[] loop = new int[10_000];
        for (int i = 0; i < loop.length; i++) {
            loop[i] = i % 1_000;
        }
        List<HitRateRow> rows = HitRate.replay(new Trace("loop", loop, 1_000));

        HitRateRow lru = row(rows, "exactLru", 300);
        HitRateRow optimal = row(rows, "optimal", 300);
        assertThat(lru.hitPercent()).isZero();
        assertThat(optimal.hitPercent()).isBetween(25.0, 30.0);
    }

    @Test
    void nobodyBeatsTheOptimum() {
        List<HitRateRow> rows = HitRate.replay(synthetic());

        assertThat(rows).hasSizeGreaterThanOrEqualTo(2 * HitRate.CONTESTANTS.size());
        for (HitRateRow row : rows) {
            if (row.contestant().startsWith("heapwiseHeap")) {
                continue; // has more entries than the others
            }
            assertThat(row.hitPercent())
                    .isGreaterThan(1)
                    .isLessThanOrEqualTo(
                            row(rows, "optimal", row.maximumEntries()).hitPercent());
        }
        assertThat(HitRate.table(rows, true)).contains("heapwise", "synthetic");
        assertThat(HitRate.worstAgainstLru(rows)).isBetween(-10.0, 30.0);
    }

    @Test
    void sizesAreDistinctAndSmallerThanTheTrace() {
        assertThat(HitRate.sizes(20_484)).containsExactly(410, 512, 2_048, 6_145);
        assertThat(HitRate.sizes(1_011)).containsExactly(101, 303, 512);
        assertThat(HitRate.sizes(300)).containsExactly(90);
    }

    /** The hits of the best sequence of evictions, by trying them all. */
    private static long best(int[] requests, int at, Set<Integer> cached, int room) {
        if (at == requests.length) {
            return 0;
        }
        int key = requests[at];
        if (cached.contains(key)) {
            return 1 + best(requests, at + 1, cached, room);
        }
        Set<Integer> grown = new HashSet<>(cached);
        grown.add(key);
        if (grown.size() <= room) {
            return best(requests, at + 1, grown, room);
        }
        long most = 0;
        for (int victim : Set.copyOf(grown)) {
            Set<Integer> kept = new HashSet<>(grown);
            kept.remove(victim);
            most = Math.max(most, best(requests, at + 1, kept, room));
        }
        return most;
    }

    private static Trace synthetic() {
        int[] draws = ZipfDraws.draw(5_000, 100_000, 1);
        ByteArrayOutputStream text = new ByteArrayOutputStream();
        for (int key : draws) {
            text.writeBytes((key + "\n").getBytes(StandardCharsets.US_ASCII));
        }
        try {
            return Trace.parse("synthetic", new ByteArrayInputStream(text.toByteArray()), Trace.Format.LINES);
        } catch (IOException e) {
            throw new AssertionError("memory does not fail", e);
        }
    }

    private static HitRateRow row(List<HitRateRow> rows, String contestant, long maximumEntries) {
        return rows.stream()
                .filter(row -> row.contestant().equals(contestant) && row.maximumEntries() == maximumEntries)
                .findFirst()
                .orElseThrow();
    }
}
