package io.heapwise.pools.commons;

import io.heapwise.pools.Lease;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/**
 * The leases of what is on loan, by the identity of the object. Invariant: each is here from its loan until it is given back, once.
 * A factory that makes one and the same object twice gets two loans of it. Thread-safe.
 */
final class Borrowed<T> {
    private final Map<Identity, Loan<T>> loans = new ConcurrentHashMap<>();

    /** One loan, and an earlier one of the very same object. */
    private record Loan<T>(Lease<Pooled<T>> lease, @Nullable Loan<T> earlier) {}

    private static final class Identity {
        private final Object object;

        Identity(Object object) {
            this.object = object;
        }

        @Override
        public int hashCode() {
            return System.identityHashCode(object);
        }

        @Override
        public boolean equals(@Nullable Object other) {
            return other instanceof Identity identity && identity.object == object;
        }
    }

    void add(Lease<Pooled<T>> lease) {
        loans.merge(
                new Identity(lease.get().object()),
                new Loan<>(lease, null),
                (earlier, loan) -> new Loan<>(loan.lease, earlier));
    }

    /** The lease of this object, which is then the caller's to close. */
    Lease<Pooled<T>> remove(T object) {
        @SuppressWarnings({"unchecked", "rawtypes"}) // an array has no other way
        @Nullable Lease<Pooled<T>>[] found = new Lease[1];
        loans.computeIfPresent(new Identity(object), (identity, loan) -> {
            found[0] = loan.lease;
            return loan.earlier;
        });
        Lease<Pooled<T>> lease = found[0];
        if (lease == null) {
            throw new IllegalStateException("object=" + object
                    + " (expected one on loan from this pool): give back once, and only what was borrowed here");
        }
        return lease;
    }
}
