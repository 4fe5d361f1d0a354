package io.heapwise.cache.weak;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.heapwise.cache.Equality;
import io.heapwise.cache.Interner;
import io.heapwise.cache.contract.Crew;
import io.heapwise.cache.internal.weak.WeakIntegrity;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Of equal objects one. */
@Timeout(value = 60, unit = TimeUnit.SECONDS, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
final class InternerTest {
    private final Interner<String> interner = Interner.weak();

    @AfterEach
    void close() {
        WeakIntegrity.check(interner);
        interner.close();
        interner.close();
        assertThat(interner.estimatedSize()).isZero();
    }

    @Test
    void theFirstStandsForAllThatAreEqual() {
        String first = new String("a");
        assertThat(interner.intern(first)).isSameAs(first);
        assertThat(interner.intern(new String("a"))).isSameAs(first);
        assertThat(interner.intern("b")).isEqualTo("b");
        assertThat(interner.estimatedSize()).isEqualTo(2);
        assertThat(interner).hasToString("Interner{objects=2}");
    }

    @Test
    void whatNobodyHoldsGoesWithoutTraffic() {
        String held = new String("held");
        interner.intern(held);
        for (int i = 0; i < 10_000; i++) {
            interner.intern("object " + i);
        }
        WeakContract.collectUntil(() -> interner.estimatedSize() == 1);
        assertThat(interner.intern(new String("held"))).isSameAs(held);
        assertThat(interner.intern("object 1")).isEqualTo("object 1");
    }

    @Test
    void objectsAreTheSameIfTheEqualitySaysSo() {
        Interner<String> ignoringCase = Interner.weak(Equality.by(name -> name.toLowerCase(Locale.ROOT)));
        String first = new String("Name");
        assertThat(ignoringCase.intern(first)).isSameAs(first);
        assertThat(ignoringCase.intern("NAME")).isSameAs(first);
        ignoringCase.close();
        assertThatThrownBy(() -> ignoringCase.intern("name"))
                .isInstanceOf(IllegalStateException.class)
                .hasMessageContaining("closed");
        assertThatThrownBy(() -> interner.intern(null))
                .isInstanceOf(NullPointerException.class)
                .hasMessage("sample");
        assertThatThrownBy(() -> Interner.weak(null)).hasMessage("equality");
    }

    @Test
    void allThreadsGetTheSameOfEqualObjects() throws Exception {
        int threads = 4;
        int objects = 20_000;
        CyclicBarrier start = new CyclicBarrier(threads);
        List<List<String>> got = new ArrayList<>();
        try (Crew crew = new Crew()) {
            List<Crew.Hand<List<String>>> hands = new ArrayList<>();
            for (int thread = 0; thread < threads; thread++) {
                hands.add(crew.start(() -> {
                    List<String> mine = new ArrayList<>();
                    start.await();
                    for (int i = 0; i < objects; i++) {
                        mine.add(interner.intern("object " + i));
                    }
                    return mine;
                }));
            }
            for (Crew.Hand<List<String>> hand : hands) {
                got.add(hand.result());
            }
        }
        for (int i = 0; i < objects; i++) {
            for (List<String> each : got) {
                assertThat(each.get(i)).isSameAs(got.get(0).get(i));
            }
        }
        assertThat(interner.estimatedSize()).isEqualTo(objects);
    }
}
