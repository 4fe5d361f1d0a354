package io.heapwise.benchmarks.buffers;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.withinPercentage;

import java.util.Arrays;
import java.util.Random;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class SizeMixTest {
    private static final int DRAWS = 1_000_000;

    private static int[] draws(SizeMix mix, long seed) {
        Random random = new Random(seed);
        return IntStream.generate(() -> mix.draw(random)).limit(DRAWS).toArray();
    }

    @ParameterizedTest
    @EnumSource
    void theMeanIsWhatItSays(SizeMix mix) {
        assertThat(Arrays.stream(draws(mix, 1)).average().orElseThrow())
                .isCloseTo(mix.meanBytes(), withinPercentage(1));
    }

    @ParameterizedTest
    @EnumSource
    void equalSeedsGiveEqualSizes(SizeMix mix) {
        assertThat(draws(mix, 7)).isEqualTo(draws(mix, 7)).isNotEqualTo(draws(mix, 8));
    }

    @Test
    void fiveSizesAreMostOfAWebSocketProxys() {
        double share = Arrays.stream(draws(SizeMix.WEB_SOCKET, 1))
                        .filter(bytes ->
                                bytes == 1_024 || bytes == 256 || bytes == 15 || bytes == 16_639 || bytes == 636)
                        .count()
                / (double) DRAWS;

        assertThat(share).isBetween(0.855, 0.87);
    }

    /** exp(7.6), exp(7.6 + 1.645) and exp(7.6 + 2.326). */
    @Test
    void aGatewaysPercentilesAreThoseOfItsDistribution() {
        int[] sorted = draws(SizeMix.API_GATEWAY, 1);
        Arrays.sort(sorted);

        assertThat(sorted[DRAWS / 2]).isCloseTo(1_998, withinPercentage(2));
        assertThat(sorted[DRAWS / 100 * 95]).isCloseTo(10_350, withinPercentage(2));
        assertThat(sorted[DRAWS / 100 * 99]).isCloseTo(20_460, withinPercentage(2));
    }
}
