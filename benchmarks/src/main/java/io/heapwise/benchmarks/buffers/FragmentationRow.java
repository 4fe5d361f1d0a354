package io.heapwise.benchmarks.buffers;

/**
 * One line of fragmentation.json: one contestant's memory along a trace, and while nothing happens after it. Resident is what
 * the process has beyond what it had before.
 *
 * @param hasSurvivors whether three buffers of a hundred live on to the end
 * @param peakHeldBytes the most that the contestant had taken from the system, by its own account
 * @param plateauLiveBytes mean of the second half of the second peak
 * @param idleLiveBytes what the survivors have
 * @param residentAtEndBytes when the last buffer but theirs has been released
 * @param residentSoonBytes 15 s later, or after the whole idle time if that is shorter
 * @param residentIdleBytes after the whole idle time
 */
public record FragmentationRow(
        String contestant,
        boolean hasSurvivors,
        int round,
        long peakLiveBytes,
        long peakResidentBytes,
        long peakHeldBytes,
        long plateauLiveBytes,
        long plateauResidentBytes,
        long idleLiveBytes,
        long residentAtEndBytes,
        long heldAtEndBytes,
        long residentSoonBytes,
        long heldSoonBytes,
        int idleSeconds,
        long residentIdleBytes,
        long heldIdleBytes) {

    /** One is perfect. */
    public double peakOverLive() {
        return peakResidentBytes / (double) peakLiveBytes;
    }

    /** One is perfect. */
    public double plateauOverLive() {
        return plateauResidentBytes / (double) plateauLiveBytes;
    }

    /** One is perfect; infinite without survivors. */
    public double soonOverLive() {
        return residentSoonBytes / (double) idleLiveBytes;
    }

    /** One is perfect; infinite without survivors. */
    public double idleOverLive() {
        return residentIdleBytes / (double) idleLiveBytes;
    }

    public double soonOverPeak() {
        return residentSoonBytes / (double) peakLiveBytes;
    }

    public double idleOverPeak() {
        return residentIdleBytes / (double) peakLiveBytes;
    }
}
