package io.heapwise.memory.internal;

import io.heapwise.memory.EvidenceKind;
import java.util.Map;
import java.util.Set;

/**
 * What the collectors of OpenJDK call their beans and pools. Invariant: exact names only; a name that is not listed is
 * UNKNOWN, never guessed from a part of it.
 */
final class CollectorNames {
    /** What a collector bean reports. */
    enum Role {
        FULL,
        YOUNG,
        G1_YOUNG,
        CYCLE,
        SHENANDOAH,
        MARK,
        PAUSE,
        UNKNOWN
    }

    private static final Map<String, Role> BEANS = Map.ofEntries(
            Map.entry("Copy", Role.YOUNG),
            Map.entry("MarkSweepCompact", Role.FULL),
            Map.entry("PS Scavenge", Role.YOUNG),
            Map.entry("PS MarkSweep", Role.FULL),
            Map.entry("G1 Young Generation", Role.G1_YOUNG),
            Map.entry("G1 Old Generation", Role.FULL),
            Map.entry("G1 Concurrent GC", Role.MARK),
            Map.entry("ZGC Cycles", Role.CYCLE),
            Map.entry("ZGC Pauses", Role.PAUSE),
            Map.entry("ZGC Minor Cycles", Role.YOUNG),
            Map.entry("ZGC Minor Pauses", Role.PAUSE),
            Map.entry("ZGC Major Cycles", Role.CYCLE),
            Map.entry("ZGC Major Pauses", Role.PAUSE),
            Map.entry("Shenandoah Cycles", Role.SHENANDOAH),
            Map.entry("Shenandoah Pauses", Role.PAUSE));

    private static final Set<String> OLD_POOLS =
            Set.of("Tenured Gen", "PS Old Gen", "G1 Old Gen", "ZGC Old Generation", "Shenandoah Old Gen");

    /** Beans whose collection time is not a stop of the program, though they are not cycles of the whole heap. */
    private static final String CONCURRENT_YOUNG = "ZGC Minor Cycles";

    private CollectorNames() {}

    static Role role(String beanName) {
        return BEANS.getOrDefault(beanName, Role.UNKNOWN);
    }

    static boolean isOldPool(String poolName) {
        return OLD_POOLS.contains(poolName);
    }

    /** Whether this bean reports cycles that run beside the program, of the whole heap or of its young part. */
    static boolean isConcurrent(String beanName) {
        Role role = role(beanName);
        return role == Role.CYCLE || role == Role.SHENANDOAH || beanName.equals(CONCURRENT_YOUNG);
    }

    /** Whether the time of this bean is time in which the program was stopped. */
    static boolean stopsTheProgram(String beanName) {
        return switch (role(beanName)) {
            case FULL, G1_YOUNG, MARK, PAUSE -> true;
            case YOUNG -> !beanName.equals(CONCURRENT_YOUNG);
            case CYCLE, SHENANDOAH, UNKNOWN -> false;
        };
    }

    static boolean isCycleOfWholeHeap(String beanName) {
        return isConcurrent(beanName) && !beanName.equals(CONCURRENT_YOUNG);
    }

    static EvidenceKind kind(Role role, boolean hasOld, long oldBeforeBytes, long oldAfterBytes) {
        boolean oldShrank = oldAfterBytes < oldBeforeBytes;
        return switch (role) {
            case FULL -> EvidenceKind.FULL;
            case YOUNG -> EvidenceKind.YOUNG;
            // G1 reports mixed collections as young ones; only the shrinking old generation tells them apart.
            case G1_YOUNG -> oldShrank ? EvidenceKind.MIXED : EvidenceKind.YOUNG;
            // With generations, young and mixed cycles come under one name, too. Nor is an emergency proof: in a storm
            // of
            // garbage it can leave the heap as full as it was.
            case SHENANDOAH -> !hasOld ? EvidenceKind.CYCLE : oldShrank ? EvidenceKind.MIXED : EvidenceKind.YOUNG;
            case CYCLE -> EvidenceKind.CYCLE;
            case MARK -> EvidenceKind.MARK;
            case PAUSE -> EvidenceKind.PAUSE;
            case UNKNOWN -> EvidenceKind.UNKNOWN;
        };
    }

    /** Whether the cause says that the program had to wait because memory ran out. */
    static boolean isStall(String beanName, String cause) {
        return switch (cause) {
            case "Allocation Stall" -> beanName.startsWith("ZGC");
            // The ordinary cause of a young collection with Serial and Parallel, an emergency with Shenandoah.
            case "Allocation Failure" -> beanName.equals("Shenandoah Cycles");
            case "G1 Compaction Pause" -> beanName.equals("G1 Old Generation");
            default -> false;
        };
    }
}
