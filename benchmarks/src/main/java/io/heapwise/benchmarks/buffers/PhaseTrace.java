package io.heapwise.benchmarks.buffers;

import java.util.List;
import java.util.PriorityQueue;
import java.util.Random;

/**
 * A service's day in virtual time: two peaks of different sizes of buffers, and nothing after them. Invariant: what happens
 * depends on the seed alone, not on the memory that is asked for, nor on how fast it is.
 *
 * <p>Buffers live for a second on average, exponentially distributed; of a hundred, three may live on to the end.
 */
final class PhaseTrace {
    /** What is asked for memory. */
    interface Memory {
        Object allocate(int bytes);

        void release(Object buffer);

        /** Called fifty times a virtual second. */
        void sample(Phase phase, long liveBytes);
    }

    /** A part of the day: how much is live at its begin and its end, over the peak, if it were long enough. */
    enum Phase {
        RAMP(3, 0, 1, SizeMix.WEB_SOCKET),
        PEAK(3, 1, 1, SizeMix.WEB_SOCKET),
        LULL(4, 0.1, 0.1, SizeMix.WEB_SOCKET),
        SECOND_RAMP(3, 0.1, 1, SizeMix.API_GATEWAY),
        SECOND_PEAK(4, 1, 1, SizeMix.API_GATEWAY);

        private final double seconds;
        private final double fromShare;
        private final double toShare;
        private final SizeMix mix;

        Phase(double seconds, double fromShare, double toShare, SizeMix mix) {
            this.seconds = seconds;
            this.fromShare = fromShare;
            this.toShare = toShare;
            this.mix = mix;
        }

        private double share(double progress) {
            return Math.max(fromShare + (toShare - fromShare) * progress, LEAST_SHARE);
        }
    }

    private static final double LEAST_SHARE = 0.01;
    private static final double SURVIVORS = 0.03;
    static final double SAMPLE_SECONDS = 0.02;

    private record Life(double end, long number, Object buffer, int bytes) implements Comparable<Life> {
        @Override
        public int compareTo(Life other) {
            int byEnd = Double.compare(end, other.end);
            return byEnd != 0 ? byEnd : Long.compare(number, other.number);
        }
    }

    private final Random random;
    private final long peakBytes;
    private final boolean hasSurvivors;
    private final Memory memory;
    private final PriorityQueue<Life> lives = new PriorityQueue<>();
    private long births;
    private long liveBytes;
    private double now;
    private double nextSample;

    /**
     * A day to come.
     *
     * @param peakBytes live at each peak, but for the survivors, which are added
     */
    PhaseTrace(long seed, long peakBytes, boolean hasSurvivors, Memory memory) {
        this.random = new Random(seed);
        this.peakBytes = peakBytes;
        this.hasSurvivors = hasSurvivors;
        this.memory = memory;
    }

    /** Lives through the day; then all that is left are the survivors. They are returned, for somebody must hold them. */
    List<Object> run() {
        for (Phase phase : Phase.values()) {
            run(phase);
        }
        endUntil(Double.MAX_VALUE);
        return lives.stream().map(Life::buffer).toList();
    }

    private void run(Phase phase) {
        double begin = now;
        double end = begin + phase.seconds;
        double birthsOfPeak = peakBytes / (double) phase.mix.meanBytes();
        while (true) {
            now += waiting(birthsOfPeak * phase.share((now - begin) / phase.seconds));
            if (now >= end) {
                now = end;
                return;
            }
            endUntil(now);
            bear(phase.mix.draw(random));
            if (now >= nextSample) {
                memory.sample(phase, liveBytes);
                nextSample = now + SAMPLE_SECONDS;
            }
        }
    }

    private void bear(int bytes) {
        double seconds = waiting(1);
        boolean isSurvivor =
                random.nextDouble() < SURVIVORS; // drawn in any case, so that both days have the same births
        double end = isSurvivor && hasSurvivors ? Double.POSITIVE_INFINITY : now + seconds;
        lives.add(new Life(end, births++, memory.allocate(bytes), bytes));
        liveBytes += bytes;
    }

    private void endUntil(double moment) {
        while (!lives.isEmpty() && lives.peek().end <= moment) {
            Life life = lives.remove();
            liveBytes -= life.bytes;
            memory.release(life.buffer);
        }
    }

    /** Exponentially distributed. */
    private double waiting(double rate) {
        return -StrictMath.log(1 - random.nextDouble()) / rate;
    }

    long liveBytes() {
        return liveBytes;
    }
}
