package io.heapwise.cache.internal.caffeine;

import io.heapwise.cache.CaffeineMembership;

/** The tests' way to the invariants of governed Caffeine caches. */
public final class MembersIntegrity {
    private MembersIntegrity() {}

    /** Throws an IllegalStateException that names the broken law. */
    public static void check(CaffeineMembership membership) {
        ((CaffeineMember<?, ?>) membership).checkIntegrity();
    }

    /** Whether this one is still kept. */
    public static boolean isKept(CaffeineMembership membership) {
        return CaffeineMembers.isKept((CaffeineMember<?, ?>) membership);
    }
}
