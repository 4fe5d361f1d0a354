package io.heapwise.cache.internal.weak;

import static java.util.Objects.requireNonNull;

import io.heapwise.cache.Equality;
import io.heapwise.cache.Interner;

/** A store whose values are their own keys. Invariant: of objects that are equal it hands out one, as long as somebody holds it. */
public final class WeakInterner<T> implements Interner<T> {
    final LinkStore store;

    /**
     * @param equality what objects are the same
     */
    @SuppressWarnings("unchecked") // it compares objects of this store alone
    public WeakInterner(Equality<? super T> equality) {
        this.store =
                new LinkStore(Keying.SELF, (Equality<Object>) equality, new Watches("the interner", Runnable::run));
    }

    @Override
    @SuppressWarnings("unchecked") // only a T gets into the store
    public T intern(T sample) {
        Object canonical = store.put(requireNonNull(sample, "sample"), sample, true);
        return canonical == null ? sample : (T) canonical;
    }

    @Override
    public long estimatedSize() {
        return store.estimatedSize();
    }

    @Override
    public void close() {
        store.close();
    }

    @Override
    public String toString() {
        return "Interner{objects=" + store.estimatedSize() + '}';
    }
}
