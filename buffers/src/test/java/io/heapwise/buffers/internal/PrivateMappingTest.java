package io.heapwise.buffers.internal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;

import io.heapwise.memory.DirectMemory;
import io.heapwise.memory.MemoryReading;
import java.io.IOException;
import java.nio.channels.ClosedByInterruptException;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

final class PrivateMappingTest {
    private static final int BYTES = 1 << 20;

    @BeforeEach
    void onlyWhereThereIsAFileToMap() {
        assumeThat(System.getProperty("os.name")).doesNotStartWith("Windows");
    }

    @Test
    void eachHasPagesOfItsOwnThatAreZero() {
        MemorySource.Memory one = MemorySource.DIRECT.allocate(BYTES, 1);
        MemorySource.Memory other = MemorySource.DIRECT.allocate(BYTES, 1);
        for (int at = 0; at < BYTES; at += 4096) {
            one.buffer().put(at, (byte) 7);
            assertThat(other.buffer().get(at)).isZero();
        }
        one.free();
        MemorySource.Memory next = MemorySource.DIRECT.allocate(BYTES, 1);
        for (int at = 0; at < BYTES; at += 4096) {
            assertThat(next.buffer().get(at)).isZero();
        }
        other.free();
        next.free();
    }

    @Test
    void aThreadThatIsInterruptedGetsMemoryAndStaysInterrupted() {
        Thread.currentThread().interrupt();
        MemorySource.Memory memory = MemorySource.DIRECT.allocate(BYTES, 1);
        assertThat(Thread.interrupted()).isTrue();
        memory.free();
        MemorySource.DIRECT.allocate(BYTES, 1).free(); // the file was not closed by it, or was opened again
    }

    @Test
    void aFileThatAnInterruptHasClosedIsOpenedAgain() {
        List<Boolean> wasOpen = new ArrayList<>();
        MemorySource.Memory memory = PrivateMapping.map(BYTES, (file, bytes) -> {
            wasOpen.add(file.isOpen());
            if (wasOpen.size() == 1) {
                file.close();
                Thread.currentThread().interrupt();
                throw new ClosedByInterruptException();
            }
            return MemorySource.HEAP.allocate(bytes, 1);
        });
        assertThat(memory).isNotNull();
        assertThat(wasOpen).containsExactly(true, true);
        assertThat(Thread.interrupted()).isTrue();
    }

    @Test
    void whereNothingCanBeMappedThereIsOtherMemory() {
        assertThat(PrivateMapping.map(BYTES, (file, bytes) -> {
                    throw new IOException("Map failed", new OutOfMemoryError("Map failed"));
                }))
                .isNull();
        MemorySource.Memory next = PrivateMapping.map(BYTES, (file, bytes) -> MemorySource.HEAP.allocate(bytes, 1));
        assertThat(next).as("the next may succeed").isNotNull();
    }

    @Test
    void whatIsMappedIsReportedUntilItIsFreed() {
        long before = DirectMemory.bytes();
        MemorySource.Memory memory = MemorySource.DIRECT.allocate(BYTES, 1);
        assertThat(DirectMemory.bytes() - before).isEqualTo(BYTES);
        assertThat(MemoryReading.now().directBytes()).isGreaterThanOrEqualTo(BYTES);
        memory.free();
        assertThat(DirectMemory.bytes()).isEqualTo(before);
    }
}
