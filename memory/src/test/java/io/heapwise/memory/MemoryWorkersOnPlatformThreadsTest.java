package io.heapwise.memory;

class MemoryWorkersOnPlatformThreadsTest extends MemoryWorkersContractTest {
    MemoryWorkersOnPlatformThreadsTest() {
        super(Threads.PLATFORM);
    }
}
