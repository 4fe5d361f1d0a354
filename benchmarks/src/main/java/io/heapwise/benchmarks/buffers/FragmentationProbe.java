package io.heapwise.benchmarks.buffers;

import io.heapwise.benchmarks.Json;
import io.heapwise.memory.MemoryReading;
import java.lang.ref.Reference;
import java.util.List;

/**
 * Lives through a trace with one contestant, in a JVM of its own; the row is one line of JSON. Invariant: the heap is
 * resident as a whole from the begin, so that it does not count.
 */
final class FragmentationProbe {
    static final List<String> CONTESTANTS = List.of("heapwise", "nettyAdaptive", "nettyPooled", "jdk", "naive");

    private static final long SEED = 42;
    private static final int WARM_UP_ROUNDS = 20;
    private static final long WARM_UP_BYTES = 1 << 20;
    private static final int PAGE_BYTES = 4_096;
    private static final int SOON_SECONDS = 15;
    private static final long SETTLE_MILLIS = 500;

    private FragmentationProbe() {}

    /** Arguments: contestant, whether there are survivors, megabytes live at a peak, seconds of idle time, round. */
    public static void main(String[] args) throws Exception {
        FragmentationRow row = new EventLoops(
                        1, "trace") // the thread that favours Netty, and is any thread to the others
                .submit(() -> measured(
                        args[0],
                        Boolean.parseBoolean(args[1]),
                        Long.parseLong(args[2]) << 20,
                        Integer.parseInt(args[3]),
                        Integer.parseInt(args[4])))
                .get();
        System.out.println(Json.text(row));
        System.exit(0); // threads of a contestant may stay
    }

    static FragmentationRow measured(
            String contestant, boolean hasSurvivors, long peakBytes, int idleSeconds, int round) throws Exception {
        Subject first = Contestants.of(contestant);
        try {
            warmUp(first);
            return day(contestant, hasSurvivors, peakBytes, idleSeconds, round);
        } finally {
            Reference.reachabilityFence(first); // what it cannot give back is in the base, and must not go meanwhile
        }
    }

    private static void warmUp(Subject subject) throws InterruptedException {
        for (int warmUp = 1; warmUp <= WARM_UP_ROUNDS; warmUp++) {
            List<Object> none = new PhaseTrace(SEED + warmUp, WARM_UP_BYTES, false, new Watched(subject, 0)).run();
            if (!none.isEmpty()) {
                throw new IllegalStateException("survivors=" + none.size() + " (expected 0): the trace is wrong");
            }
            System.gc(); // else what only the collector frees would be a good part of the base
        }
        subject.close();
        Thread.sleep(SETTLE_MILLIS);
    }

    private static long residentBytes() {
        return MemoryReading.now()
                .rssBytes()
                .orElseThrow(
                        () -> new IllegalStateException("resident memory is unknown (expected Linux): run it there"));
    }

    private static FragmentationRow day(
            String contestant, boolean hasSurvivors, long peakBytes, int idleSeconds, int round) throws Exception {
        long baseBytes = residentBytes();
        Subject subject = Contestants.of(contestant);
        Watched watched = new Watched(subject, baseBytes);
        PhaseTrace trace = new PhaseTrace(SEED, peakBytes, hasSurvivors, watched);
        List<Object> survivors = trace.run();
        long residentAtEnd = residentBytes() - baseBytes;
        long heldAtEnd = subject.heldBytes();
        long residentSoon = residentAtEnd;
        long heldSoon = heldAtEnd;
        for (int second = 1; second <= idleSeconds; second++) {
            Thread.sleep(1_000);
            if (second <= SOON_SECONDS) {
                residentSoon = residentBytes() - baseBytes;
                heldSoon = subject.heldBytes();
            }
        }
        FragmentationRow row = new FragmentationRow(
                contestant,
                hasSurvivors,
                round,
                watched.peakLiveBytes,
                watched.peakResidentBytes,
                watched.peakHeldBytes,
                watched.plateauLiveBytes / Math.max(1, watched.plateauSamples),
                watched.plateauResidentBytes / Math.max(1, watched.plateauSamples),
                trace.liveBytes(),
                residentAtEnd,
                heldAtEnd,
                residentSoon,
                heldSoon,
                idleSeconds,
                residentBytes() - baseBytes,
                subject.heldBytes());
        survivors.forEach(subject::release);
        subject.close();
        return row;
    }

    /** Writes to each page of each buffer, as its owner would, and keeps what it sees. */
    private static final class Watched implements PhaseTrace.Memory {
        private final Subject subject;
        private final long baseBytes;
        private long peakLiveBytes;
        private long peakResidentBytes;
        private long peakHeldBytes;
        private int peakSamples;
        private int plateauSamples;
        private long plateauLiveBytes;
        private long plateauResidentBytes;

        Watched(Subject subject, long baseBytes) {
            this.subject = subject;
            this.baseBytes = baseBytes;
        }

        @Override
        public Object allocate(int bytes) {
            Object buffer = subject.allocate(bytes);
            for (int at = 0; at < bytes; at += PAGE_BYTES) {
                subject.write(buffer, at);
            }
            subject.write(buffer, bytes - 1);
            return buffer;
        }

        @Override
        public void release(Object buffer) {
            subject.release(buffer);
        }

        @Override
        public void sample(PhaseTrace.Phase phase, long liveBytes) {
            long residentBytes = residentBytes() - baseBytes;
            peakLiveBytes = Math.max(peakLiveBytes, liveBytes);
            peakResidentBytes = Math.max(peakResidentBytes, residentBytes);
            peakHeldBytes = Math.max(peakHeldBytes, subject.heldBytes());
            // Two of its four seconds: by then nine of ten buffers are of the second mix.
            if (phase == PhaseTrace.Phase.SECOND_PEAK && ++peakSamples > 2 / PhaseTrace.SAMPLE_SECONDS) {
                plateauSamples++;
                plateauLiveBytes += liveBytes;
                plateauResidentBytes += residentBytes;
            }
        }
    }
}
