package io.heapwise.cache.weak;

import static org.assertj.core.api.Assertions.assertThat;

import io.heapwise.cache.WeakCache;
import io.heapwise.memory.Subscription;
import java.lang.ref.Reference;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/**
 * What goes wrong with weak references and finalizers written by hand: a registry that is made with each call and may itself be
 * collected before it calls anybody; a call for an old value that deletes the newer one; and no way to take a call back.
 */
@Timeout(value = 60, unit = TimeUnit.SECONDS, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
final class ArticleTest {
    private final WeakCache<String, Object> cache =
            WeakCache.<String, Object>builder().executor(Runnable::run).build();

    @Test
    void aThousandActionsNeedNobodyToHoldThemAndNoThreadOfTheirOwn() {
        Queue<String> ran = new ConcurrentLinkedQueue<>();
        int threads = Thread.activeCount();
        for (int i = 0; i < 1_000; i++) {
            cache.put("key " + i, new Object());
            cache.onCollected("key " + i, ran::add); // the subscription is dropped
        }
        assertThat(Thread.activeCount())
                .isLessThanOrEqualTo(threads + 2); // the shared one, and whatever the JVM starts
        WeakContract.collectUntil(() -> ran.size() >= 1_000);
        WeakContract.collectUntil(() -> cache.estimatedSize() == 0);
        cache.close();
        assertThat(ran).hasSize(1_000).doesNotHaveDuplicates();
    }

    @Test
    void theNewsOfAnOldValueDoesNotDeleteTheNewerOne() {
        AtomicInteger ran = new AtomicInteger();
        Object newer = new Object();
        cache.put("key", new Object());
        cache.onCollected("key", ran::incrementAndGet);
        cache.put("key", newer);
        WeakContract.collectUntil(() -> ran.get() == 1);
        assertThat(cache.getIfPresent("key")).isSameAs(newer);
        assertThat(cache.estimatedSize()).isOne();
        cache.close();
        assertThat(ran).as("the newer one has no action").hasValue(1);
    }

    @Test
    void whoDeletesAnEntryCanTakeItsActionBack() {
        AtomicInteger ran = new AtomicInteger();
        Object[] value = {new Object()};
        cache.put("key", value[0]);
        Subscription cleaning = cache.onCollected("key", ran::incrementAndGet);
        cleaning.close();
        cache.remove("key", value[0]);
        Reference.reachabilityFence(value[0]);
        value[0] = null;
        AtomicInteger later = new AtomicInteger();
        cache.put("other", new Object());
        cache.onCollected("other", later::incrementAndGet);
        WeakContract.collectUntil(() -> later.get() == 1);
        cache.close();
        assertThat(ran).hasValue(0);
    }
}
