package io.heapwise.cache.internal.weak;

import java.lang.ref.ReferenceQueue;

/** How the keys of a store are held. Invariant: all links of one store are of one kind. */
enum Keying {
    /** By the entry, as long as its value lives. */
    STRONG {
        @Override
        Link link(Object key, int hash, Object value, ReferenceQueue<Object> queue) {
            return new Link.ToValue(key, value, queue);
        }
    },
    /** Not at all: the entry goes with either. */
    WEAK {
        @Override
        Link link(Object key, int hash, Object value, ReferenceQueue<Object> queue) {
            return new Link.ToBoth(key, hash, value, queue);
        }
    },
    /** The value is the key. */
    SELF {
        @Override
        Link link(Object key, int hash, Object value, ReferenceQueue<Object> queue) {
            return new Link.ToSelf(value, hash, queue);
        }
    };

    /** A link that its store may put into a table. */
    abstract Link link(Object key, int hash, Object value, ReferenceQueue<Object> queue);
}
