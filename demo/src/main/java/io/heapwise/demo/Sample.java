package io.heapwise.demo;

/**
 * One look at a running contestant.
 *
 * @param millis since its work began
 * @param usedBytes heap in use, garbage included
 * @param liveBytes heap in use right after the newest collection of the whole heap, or -1 when there was none yet
 * @param operations done so far
 * @param misses among them
 * @param held by the contestant
 * @param gcMillis spent in collections so far
 */
public record Sample(
        long millis, long usedBytes, long liveBytes, long operations, long misses, long held, long gcMillis) {

    /** The liveBytes of a sample taken before the first collection of the whole heap. */
    public static final long UNKNOWN = -1;

    /** The same moment, with a newer live set. */
    public Sample withLiveBytes(long newerLiveBytes) {
        return new Sample(millis, usedBytes, newerLiveBytes, operations, misses, held, gcMillis);
    }
}
