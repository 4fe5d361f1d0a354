package io.heapwise.demo.naive;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

/** What the article's pool does, its mistakes included: the demo must not blame it for more. */
class ArticlePoolTest {
    private final AtomicInteger made = new AtomicInteger();

    @Test
    void whatIsReleasedIsLentAgain() throws Exception {
        ArticlePool<Integer> pool = new ArticlePool<>(made::incrementAndGet);
        Integer connection = pool.acquire().get();
        pool.release(connection);
        assertThat(pool.acquire().get()).isSameAs(connection);
        assertThat(made).hasValue(1);
    }

    @Test
    void theEleventhWaitsForARelease() throws Exception {
        ArticlePool<Integer> pool = new ArticlePool<>(made::incrementAndGet);
        List<Integer> held = new ArrayList<>();
        for (int i = 0; i < 10; i++) {
            held.add(pool.acquire().get());
        }
        CompletableFuture<Integer> eleventh = pool.acquire();
        CompletableFuture<Integer> twelfth = pool.acquire();
        assertThat(eleventh).isNotDone();
        pool.release(held.get(3));
        assertThat(eleventh).isCompletedWithValue(held.get(3));
        assertThat(twelfth).isNotDone();
    }

    @Test
    void whatIsForgottenIsLostForGood() throws Exception {
        ArticlePool<Integer> pool = new ArticlePool<>(made::incrementAndGet, 1);
        assertThat(pool.acquire().get()).isEqualTo(1);
        assertThat(pool.acquire()).as("nothing but a release ends this wait").isNotDone();
    }

    @Test
    void aConnectionReleasedTwiceHasTwoOwners() throws Exception {
        ArticlePool<Integer> pool = new ArticlePool<>(made::incrementAndGet);
        Integer connection = pool.acquire().get();
        pool.release(connection);
        pool.release(connection);
        assertThat(pool.acquire().get()).isSameAs(connection);
        assertThat(pool.acquire().get()).isSameAs(connection);
    }

    @Test
    void aCreatorThatFailsFailsWhoeverAsked() {
        ArticlePool<Integer> pool = new ArticlePool<>(() -> {
            throw new java.io.IOException("refused");
        });
        assertThatThrownBy(pool::acquire).hasMessage("refused");
    }
}
