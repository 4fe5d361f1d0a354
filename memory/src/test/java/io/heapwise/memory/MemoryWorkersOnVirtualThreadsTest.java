package io.heapwise.memory;

class MemoryWorkersOnVirtualThreadsTest extends MemoryWorkersContractTest {
    MemoryWorkersOnVirtualThreadsTest() {
        super(Threads.VIRTUAL);
    }
}
