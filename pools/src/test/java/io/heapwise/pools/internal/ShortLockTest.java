package io.heapwise.pools.internal;

import static org.assertj.core.api.Assertions.assertThat;

import io.heapwise.pools.Borrowers;
import io.heapwise.pools.Borrowers.Running;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(value = 60, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
final class ShortLockTest {
    private final ShortLock lock = new ShortLock();

    /** Of a lock that hands itself on in turn, the platform thread would get it only after the virtual one, which does not run. */
    @Test
    void aPlatformThreadGetsItAlthoughAVirtualOneHasWaitedForLongerWhoseCarriersAreBusy() throws Exception {
        AtomicBoolean mayEnd = new AtomicBoolean();
        AtomicInteger busy = new AtomicInteger();
        lock.lock();
        Running<Boolean> virtual = Borrowers.VIRTUAL.call(this::take);
        Borrowers.await(() -> virtual.thread().getState() == Thread.State.TIMED_WAITING);
        int carriers = Runtime.getRuntime().availableProcessors();
        var hogs = IntStream.range(0, carriers)
                .mapToObj(i -> Borrowers.VIRTUAL.call(() -> {
                    busy.incrementAndGet();
                    while (!mayEnd.get()) {
                        Thread.onSpinWait();
                    }
                    return true;
                }))
                .toList();
        Borrowers.await(() -> busy.get() == carriers);
        Running<Boolean> platform = Borrowers.PLATFORM.call(this::take);
        Borrowers.await(() -> platform.thread().getState() == Thread.State.TIMED_WAITING);
        lock.unlock();
        assertThat(platform.result().get()).isTrue();
        mayEnd.set(true);
        assertThat(virtual.result().get()).isTrue();
        for (Running<Boolean> hog : hogs) {
            assertThat(hog.result().get()).isTrue();
        }
    }

    private boolean take() {
        lock.lock();
        lock.unlock();
        return true;
    }
}
