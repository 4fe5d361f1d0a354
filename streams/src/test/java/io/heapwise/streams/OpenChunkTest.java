package io.heapwise.streams;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** How much room a chunk takes. */
final class OpenChunkTest {
    private OpenChunk<String> open = new OpenChunk<>(ChunkLimits.<String>none().byCount(1000), 0);

    private void add(int items) {
        for (int item = 0; item < items; item++) {
            assertThat(open.admits("item")).isTrue();
            boolean unused = open.add("item");
        }
    }

    @AfterEach
    void itIsWhole() {
        open.checkIntegrity();
    }

    @Test
    void noArrayIsMadeBeforeThereIsAnItem() {
        assertThat(open.slots()).isZero();
        add(1000);
        assertThat(open.takeArray()).hasSize(1000);
        assertThat(open.slots()).as("after a full chunk").isZero();
    }

    @Test
    void aShortChunkIsHandedOutInAnArrayOfItsSize() {
        add(1000);
        var unused = open.takeArray();
        add(3);
        assertThat(open.slots()).as("as many as the chunk before had").isEqualTo(1000);
        assertThat(open.takeArray()).hasSize(3);
    }

    @Test
    void aFullChunkIsHandedOutInTheArrayItWasGatheredIn() {
        add(1000);
        assertThat(open.slots()).as("no more than the count needs").isEqualTo(1000);
    }

    @Test
    void aHugeCountCostsNothingForFewItems() {
        open = new OpenChunk<>(ChunkLimits.<String>none().byCount(Integer.MAX_VALUE), 0);
        add(3);
        assertThat(open.slots()).isLessThan(100);
        assertThat(open.takeArray()).hasSize(3);
    }

    @Test
    void aHugeChunkIsNoReasonToMakeAHugeArrayAgain() {
        open = new OpenChunk<>(ChunkLimits.<String>none().byCount(Integer.MAX_VALUE), 0);
        add(100_000);
        var unused = open.takeArray();
        add(1);
        assertThat(open.slots()).isLessThanOrEqualTo(8192);
    }
}
