package io.heapwise.pools.commons;

import org.apache.commons.pool2.PooledObject;
import org.jspecify.annotations.Nullable;

/** What our pool lends under commons-pool2's interface. Used by one thread at a time: whoever has it on loan. */
final class Pooled<T> {
    final PooledObject<T> wrapped;

    /** Until it is first borrowed: a new object that is of no use means that the next would not be, either. */
    boolean isNew = true;

    @Nullable Exception destroyFailure;

    Pooled(PooledObject<T> wrapped) {
        this.wrapped = wrapped;
    }

    T object() {
        return wrapped.getObject();
    }
}
