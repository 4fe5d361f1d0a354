package io.heapwise.memory;

import java.util.Locale;
import java.util.Map;
import java.util.Objects;

/**
 * One memory pool of the JVM. Invariant: the role comes from the pool's exact name; a pool that is not known is OTHER.
 *
 * @param name the JVM's name for it
 * @param role what it is for
 * @param usedBytes in use, dead objects included
 * @param committedBytes backed by memory
 * @param maxBytes its limit, 0 if it has none of its own; limits of several pools may not be added up
 * @since 0.1.0
 */
public record MemoryRegion(String name, Role role, long usedBytes, long committedBytes, long maxBytes) {
    private static final Map<String, Role> ROLES = Map.ofEntries(
            Map.entry("Eden Space", Role.EDEN),
            Map.entry("PS Eden Space", Role.EDEN),
            Map.entry("G1 Eden Space", Role.EDEN),
            Map.entry("Survivor Space", Role.SURVIVOR),
            Map.entry("PS Survivor Space", Role.SURVIVOR),
            Map.entry("G1 Survivor Space", Role.SURVIVOR),
            Map.entry("ZGC Young Generation", Role.YOUNG),
            Map.entry("Shenandoah Young Gen", Role.YOUNG),
            Map.entry("Tenured Gen", Role.OLD),
            Map.entry("PS Old Gen", Role.OLD),
            Map.entry("G1 Old Gen", Role.OLD),
            Map.entry("ZGC Old Generation", Role.OLD),
            Map.entry("Shenandoah Old Gen", Role.OLD),
            Map.entry("ZHeap", Role.WHOLE_HEAP),
            Map.entry("Shenandoah", Role.WHOLE_HEAP),
            Map.entry("Metaspace", Role.METASPACE),
            Map.entry("Compressed Class Space", Role.CLASS_SPACE),
            Map.entry("CodeCache", Role.CODE),
            Map.entry("CodeHeap 'non-nmethods'", Role.CODE),
            Map.entry("CodeHeap 'profiled nmethods'", Role.CODE),
            Map.entry("CodeHeap 'non-profiled nmethods'", Role.CODE));

    /**
     * Checks that name and role are there.
     *
     * @param name see above
     * @param role see above
     * @param usedBytes see above
     * @param committedBytes see above
     * @param maxBytes see above
     */
    public MemoryRegion {
        Objects.requireNonNull(name, "name");
        Objects.requireNonNull(role, "role");
    }

    /**
     * The role of the pool with this name.
     *
     * @param poolName the JVM's name for it
     * @return its role, OTHER if the name is not known
     */
    public static Role roleOf(String poolName) {
        return ROLES.getOrDefault(Objects.requireNonNull(poolName, "poolName"), Role.OTHER);
    }

    /** What a pool is for. */
    public enum Role {
        /** Where objects are born. */
        EDEN,
        /** Where they wait to become old. */
        SURVIVOR,
        /** A young generation that is one pool. */
        YOUNG,
        /** The old generation. */
        OLD,
        /** A heap without generations. */
        WHOLE_HEAP,
        /** Class metadata. */
        METASPACE,
        /** The part of the metadata that compressed pointers reach; also counted in METASPACE. */
        CLASS_SPACE,
        /** Compiled code. */
        CODE,
        /** Not known. */
        OTHER;

        /**
         * The name in JSON.
         *
         * @return lower case
         */
        String json() {
            return name().toLowerCase(Locale.ROOT);
        }
    }
}
