package io.heapwise.memory;

/**
 * What workers do and have done, at about one moment. Invariant: the tasks that were accepted are those queued, running, completed,
 * failed and cancelled.
 *
 * @param name what they are for
 * @param workers how many live
 * @param lost how many have died
 * @param submitting how many tasks wait to be accepted
 * @param queued how many are accepted and have not begun
 * @param running how many run
 * @param reservedBytes what is reserved for those queued and running
 * @param completed how many have returned
 * @param failed how many have thrown
 * @param cancelled how many will never run though they were accepted
 * @param rejected how many were not accepted: too large, no room in time, or closed
 * @since 0.1.0
 */
public record MemoryWorkersStats(
        String name,
        int workers,
        int lost,
        int submitting,
        int queued,
        int running,
        long reservedBytes,
        long completed,
        long failed,
        long cancelled,
        long rejected) {}
