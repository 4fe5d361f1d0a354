package io.heapwise.buffers.internal;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Random;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Which slot a request gets, and where runs of slices are found. */
final class SizeClassesTest {
    @ParameterizedTest
    @ValueSource(ints = {1, 64, 4096})
    void aRequestGetsTheSmallestSlotThatHoldsIt(int alignment) {
        SizeClasses classes = new SizeClasses(alignment);
        for (int bytes = 0; bytes <= SizeClasses.LARGEST; bytes++) {
            int sizeClass = classes.of(bytes);
            assertThat(classes.slotBytes(sizeClass) % alignment).isZero();
            assertThat(classes.slotBytes(sizeClass)).isGreaterThanOrEqualTo(bytes);
            if (sizeClass > 0) {
                assertThat(classes.slotBytes(sizeClass - 1)).isLessThan(bytes);
            }
        }
    }

    /** The mix of sizes of an API gateway, as Netty's maintainers model it: its logarithm is normal. */
    @Test
    void littleIsLostByRoundingUp() {
        SizeClasses classes = new SizeClasses(1);
        Random random = new Random(42);
        long asked = 0;
        long given = 0;
        for (int i = 0; i < 100_000; i++) {
            int bytes = (int) Math.max(8, Math.exp(7.6 + random.nextGaussian()));
            if (bytes <= SizeClasses.LARGEST) {
                asked += bytes;
                given += classes.slotBytes(classes.of(bytes));
            }
        }
        assertThat((double) given / asked).isLessThan(1.10);
    }

    @Property
    void aRunOfSlicesIsFoundWhereOneIs(@ForAll long bits, @ForAll @IntRange(min = 1, max = 64) int length) {
        long found = 0;
        for (int start = 0; start + length <= 64; start++) {
            long run = (length == 64 ? -1L : (1L << length) - 1) << start;
            if ((bits & run) == run) {
                found |= 1L << start;
            }
        }
        assertThat(Region.startsOfRuns(bits, length)).isEqualTo(found);
    }
}
