package io.heapwise.benchmarks.cache;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.Arrays;
import org.junit.jupiter.api.Test;

class ZipfDrawsTest {

    @Test
    void equalSeedsDrawEqualKeys() {
        assertThat(ZipfDraws.draw(100, 1_000, 7)).isEqualTo(ZipfDraws.draw(100, 1_000, 7));
        assertThat(ZipfDraws.drawScrambled(100, 1_000, 7)).isEqualTo(ZipfDraws.drawScrambled(100, 1_000, 7));
        assertThat(ZipfDraws.draw(100, 1_000, 7)).isNotEqualTo(ZipfDraws.draw(100, 1_000, 8));
    }

    @Test
    void theMostPopularKeyHasItsShareAndTheSecondHalfOfIt() {
        int draws = 200_000;
        long[] counts = counts(ZipfDraws.draw(1_000, draws, 1), 1_000);
        Arrays.sort(counts);

        double expected = draws / ZipfDraws.zeta(1_000);
        assertThat((double) counts[999]).isCloseTo(expected, within(expected * 0.05));
        assertThat((double) counts[998]).isCloseTo(expected * StrictMath.pow(2, -0.99), within(expected * 0.05));
        assertThat(counts[0]).as("every key is asked for").isPositive();
    }

    @Test
    void theScrambledLoadStaysInItsRangeAndIsSkewed() {
        long[] counts = counts(ZipfDraws.drawScrambled(10_922, 32_768, 1), 10_922);
        Arrays.sort(counts);

        // The first rank of ten billion has the share 1 / zeta = 3.8 %.
        assertThat((double) counts[10_921] / 32_768).isCloseTo(1 / 26.469, within(0.005));
    }

    @Test
    void theTailOfTheSumIsTakenRightly() {
        double exact = 0;
        for (int i = 1; i <= 2_000_000; i++) {
            exact += StrictMath.pow(i, -0.99);
        }

        assertThat(ZipfDraws.zeta(2_000_000)).isCloseTo(exact, within(1e-9));
        assertThat(ZipfDraws.zeta(10_000_000_000L)).isCloseTo(26.46902820178302, within(1e-6));
    }

    private static long[] counts(int[] draws, int keys) {
        long[] counts = new long[keys];
        for (int key : draws) {
            counts[key]++;
        }
        return counts;
    }
}
