package io.heapwise.cache;

/** The two that everybody knows. Invariant: neither has state. */
enum Equalities implements Equality<Object> {
    NATURAL {
        @Override
        public boolean areEqual(Object one, Object other) {
            return one.equals(other);
        }

        @Override
        public int hashOf(Object object) {
            return object.hashCode();
        }
    },
    IDENTITY {
        @Override
        public boolean areEqual(Object one, Object other) {
            return one == other;
        }

        @Override
        public int hashOf(Object object) {
            return System.identityHashCode(object);
        }
    }
}
