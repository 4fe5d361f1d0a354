package io.heapwise.memory;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

class ListenersTest {
    private final Listeners<Runnable> listeners = Listeners.named("test", 2);
    private final List<String> called = new ArrayList<>();

    @Test
    void listenersAreCalledInOrderOfRegistration() {
        listeners.add(() -> called.add("first"));
        listeners.add(() -> called.add("second"));
        listeners.forEach(Runnable::run);

        assertThat(called).containsExactly("first", "second");
    }

    @Test
    void closingTwiceIsHarmlessAndTakesOutOneRegistrationOnly() {
        Runnable same = () -> called.add("same");
        Subscription first = listeners.add(same);
        listeners.add(same);
        first.close();
        first.close();
        listeners.forEach(Runnable::run);

        assertThat(called).containsExactly("same");
        assertThat(listeners.size()).isOne();
    }

    @Test
    void aListenerThatThrowsDoesNotStopTheOthers() {
        listeners.add(() -> {
            throw new OutOfMemoryError("not really");
        });
        listeners.add(() -> called.add("reached"));
        listeners.forEach(Runnable::run);
        listeners.forEach(Runnable::run);

        assertThat(called).containsExactly("reached", "reached");
    }

    @Test
    void aListenerMayCloseItselfAndAddOthersFromWithinACall() {
        Subscription[] self = new Subscription[1];
        self[0] = listeners.add(() -> {
            self[0].close();
            listeners.add(() -> called.add("added"));
        });
        listeners.forEach(Runnable::run);
        assertThat(called).isEmpty();
        listeners.forEach(Runnable::run);

        assertThat(called).containsExactly("added");
    }

    @Test
    void aListenerClosedDuringAWalkIsNotCalledAnyMore() {
        Subscription[] second = new Subscription[1];
        listeners.add(() -> second[0].close());
        second[0] = listeners.add(() -> called.add("closed"));
        listeners.forEach(Runnable::run);

        assertThat(called).isEmpty();
    }

    @Test
    void aWarningIsGivenPastTheBound() {
        listeners.add(() -> {});
        listeners.add(() -> {});
        assertThat(listeners.hasWarned()).isFalse();
        listeners.add(() -> {});

        assertThat(listeners.hasWarned()).isTrue();
    }

    @Test
    void aWeakListenerIsCalledWhileSomebodyHoldsIt() {
        Runnable held = () -> called.add("weak");
        Subscription subscription = listeners.addWeak(held);
        listeners.forEach(Runnable::run);
        subscription.close();
        listeners.forEach(Runnable::run);

        assertThat(called).containsExactly("weak");
        assertThat(held).isNotNull();
    }

    @Test
    void badInputIsRefused() {
        assertThatThrownBy(() -> listeners.add(null)).hasMessage("listener");
        assertThatThrownBy(() -> Listeners.named("x", 0)).hasMessageContaining("warningBound=0 (expected >= 1)");
    }

    @Test
    void aSubscriptionRunsItsActionOnce() {
        AtomicInteger runs = new AtomicInteger();
        Subscription once = Subscription.of(runs::incrementAndGet);
        once.close();
        once.close();

        assertThat(runs).hasValue(1);
    }
}
