package io.heapwise.cache.internal.weak;

import io.heapwise.cache.Equality;
import java.lang.ref.Reference;
import java.lang.ref.ReferenceQueue;
import java.lang.ref.WeakReference;
import org.jspecify.annotations.Nullable;

/**
 * One entry: a value held weakly, and how to tell its key. Invariant: it never changes but for losing its value, or its weakly
 * held key, once; so whoever reads a link has a key and a value that belong together.
 *
 * <p>With compressed references a {@link WeakReference} has room for four bytes before it takes 40 instead of 32. Each kind of
 * link spends exactly these.
 */
abstract class Link extends WeakReference<Object> {
    Link(Object value, ReferenceQueue<Object> queue) {
        super(value, queue);
    }

    /** The key, or null if it was collected. */
    abstract @Nullable Object key();

    /** Whether it is the entry of {@code key}, whose hash is {@code hash}. */
    abstract boolean isOf(Object key, int hash, Equality<Object> equality);

    /** The hash of the key. May call user code, which may throw. */
    abstract int hash(Equality<Object> equality);

    /** Whether its value or its key was collected. Asking keeps neither alive. */
    boolean isGone() {
        return refersTo(null);
    }

    /** Whether {@code reference} is this link or holds its key. */
    boolean consistsOf(Reference<?> reference) {
        return this == reference;
    }

    /** Spreads every bit of a hash code over all 32 (C. Wellons, lowbias32); never 0. */
    static int spread(int hashCode) {
        int h = hashCode;
        h = (h ^ (h >>> 16)) * 0x7FEB352D;
        h = (h ^ (h >>> 15)) * 0x846CA68B;
        h ^= h >>> 16;
        return h == 0 ? 1 : h;
    }

    /** Of a key that is held strongly. There is no room for its hash. */
    static final class ToValue extends Link {
        private final Object key;

        ToValue(Object key, Object value, ReferenceQueue<Object> queue) {
            super(value, queue);
            this.key = key;
        }

        @Override
        Object key() {
            return key;
        }

        @Override
        boolean isOf(Object sought, int hash, Equality<Object> equality) {
            return key == sought || equality.areEqual(sought, key);
        }

        @Override
        int hash(Equality<Object> equality) {
            return spread(equality.hashOf(key));
        }
    }

    /** Of a key that is held weakly as well. */
    static final class ToBoth extends Link {
        private final Key key;

        ToBoth(Object key, int hash, Object value, ReferenceQueue<Object> queue) {
            super(value, queue);
            this.key = new Key(key, hash, queue);
        }

        @Override
        @Nullable Object key() {
            return key.get();
        }

        @Override
        boolean isOf(Object sought, int hash, Equality<Object> equality) {
            if (key.hash != hash) {
                return false;
            }
            Object own = key.get();
            return own == sought || (own != null && equality.areEqual(sought, own));
        }

        @Override
        int hash(Equality<Object> equality) {
            return key.hash;
        }

        @Override
        boolean isGone() {
            return refersTo(null) || key.refersTo(null);
        }

        @Override
        boolean consistsOf(Reference<?> reference) {
            return this == reference || key == reference;
        }
    }

    /** A weakly held key; it is told of on the same queue as its link. */
    static final class Key extends WeakReference<Object> {
        final int hash;

        Key(Object key, int hash, ReferenceQueue<Object> queue) {
            super(key, queue);
            this.hash = hash;
        }
    }

    /** Of a value that is its own key. */
    static final class ToSelf extends Link {
        private final int hash;

        ToSelf(Object value, int hash, ReferenceQueue<Object> queue) {
            super(value, queue);
            this.hash = hash;
        }

        @Override
        @Nullable Object key() {
            return get();
        }

        @Override
        boolean isOf(Object sought, int otherHash, Equality<Object> equality) {
            if (hash != otherHash) {
                return false;
            }
            Object own = get();
            return own == sought || (own != null && equality.areEqual(sought, own));
        }

        @Override
        int hash(Equality<Object> equality) {
            return hash;
        }
    }
}
