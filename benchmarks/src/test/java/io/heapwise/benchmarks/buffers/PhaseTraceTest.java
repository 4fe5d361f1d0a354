package io.heapwise.benchmarks.buffers;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.withinPercentage;

import java.util.ArrayList;
import java.util.EnumMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class PhaseTraceTest {
    private static final long PEAK_BYTES = 32 << 20;

    /** Writes down what happens; a buffer is the number of its birth. */
    private static final class Recording implements PhaseTrace.Memory {
        private final List<Integer> sizes = new ArrayList<>();
        private final List<Object> events = new ArrayList<>();
        private final Set<Object> live = new HashSet<>();
        private final Map<PhaseTrace.Phase, Long> liveBytesAtEnd = new EnumMap<>(PhaseTrace.Phase.class);
        private int samples;

        @Override
        public Object allocate(int bytes) {
            Integer number = sizes.size();
            sizes.add(bytes);
            events.add("born " + bytes);
            live.add(number);
            return number;
        }

        @Override
        public void release(Object buffer) {
            events.add(buffer);
            assertThat(live.remove(buffer)).as("released once").isTrue();
        }

        @Override
        public void sample(PhaseTrace.Phase phase, long liveBytes) {
            long counted = live.stream()
                    .mapToLong(number -> sizes.get((Integer) number))
                    .sum();
            assertThat(liveBytes).isEqualTo(counted);
            liveBytesAtEnd.put(phase, liveBytes);
            samples++;
        }
    }

    private static Recording recorded(long seed, boolean hasSurvivors) {
        Recording recording = new Recording();
        List<Object> survivors = new PhaseTrace(seed, PEAK_BYTES, hasSurvivors, recording).run();
        assertThat(survivors).containsExactlyInAnyOrderElementsOf(recording.live);
        return recording;
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void equalSeedsGiveEqualDays(boolean hasSurvivors) {
        List<Object> events = recorded(1, hasSurvivors).events;

        assertThat(recorded(1, hasSurvivors).events).isEqualTo(events);
        assertThat(recorded(2, hasSurvivors).events).isNotEqualTo(events);
    }

    @Test
    void withoutSurvivorsNothingIsLeft() {
        assertThat(recorded(1, false).live).isEmpty();
    }

    @Test
    void threeOfAHundredSurviveAndTheOthersAreAsManyAsWithoutThem() {
        Recording with = recorded(1, true);

        assertThat(with.live).hasSizeBetween(with.sizes.size() * 28 / 1_000, with.sizes.size() * 32 / 1_000);
        assertThat(with.sizes).isEqualTo(recorded(1, false).sizes);
    }

    @Test
    void bothPeaksAreReachedAndTheLullIsATenth() {
        Recording day = recorded(1, false);

        assertThat(day.liveBytesAtEnd.get(PhaseTrace.Phase.PEAK)).isCloseTo(PEAK_BYTES, withinPercentage(10));
        assertThat(day.liveBytesAtEnd.get(PhaseTrace.Phase.LULL)).isCloseTo(PEAK_BYTES / 10, withinPercentage(30));
        assertThat(day.liveBytesAtEnd.get(PhaseTrace.Phase.SECOND_PEAK)).isCloseTo(PEAK_BYTES, withinPercentage(10));
    }

    @Test
    void thereAreFiftySamplesASecond() {
        assertThat(recorded(1, false).samples).isBetween(17 * 45, 17 * 50);
    }
}
