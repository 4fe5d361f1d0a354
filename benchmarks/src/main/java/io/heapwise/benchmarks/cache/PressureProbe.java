package io.heapwise.benchmarks.cache;

import com.sun.management.OperatingSystemMXBean;
import io.heapwise.benchmarks.Json;
import java.io.IOException;
import java.lang.management.GarbageCollectorMXBean;
import java.lang.management.ManagementFactory;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Iterator;
import java.util.List;
import java.util.SplittableRandom;
import java.util.concurrent.TimeUnit;
import java.util.function.IntSupplier;

/**
 * One contestant in one scenario, in a JVM of its own. Invariant: the requests, the values and all that happens beside them
 * depend on a seed and the number of the request, not on time. Prints a row after each part of the run, so that one which
 * dies has told how far it came.
 */
final class PressureProbe {
    /** So that all values together are half as much again as the heap. */
    private static final int KEYS = 60_000;

    private static final int LEAST_VALUE_BYTES = 128;
    private static final int MOST_VALUE_BYTES = 16 << 10;

    /** What a request leaves behind: an answer made of the value. */
    private static final int ANSWER_BYTES = 1 << 10;

    private static final int BALLAST_PIECE_BYTES = 16 << 10;

    /** G1 makes regions of 1 MiB in a heap of 128 MiB. */
    private static final int HUMONGOUS_BYTES = 700 << 10;

    private static final int BURST = 12;
    private static final int BURSTS = 160;

    private static final int PARTS = 32;
    private static final long SEED = 20_260_707;

    /** For a million requests, or fewer; most need less than ten. */
    private static final long MOST_SECONDS = 60;

    static final int EXIT_OUT_OF_TIME = 4;

    private final PressureScenario scenario;
    private final String collector;
    private final String contestant;
    private final long requests;
    private final long handSizedBytes;
    private final long heapBytes;
    private final int keys;
    private final List<PressureCaches.Made> caches = new ArrayList<>();
    private final List<byte[]> ballast = new ArrayList<>();
    private final List<byte[]> burst = new ArrayList<>();
    private final long[] phaseRequests = new long[PressureScenario.PHASES];
    private final long[] phaseLoads = new long[PressureScenario.PHASES];
    private long loads;

    /** Written only: so that the array is really made. */
    @SuppressWarnings("unused")
    private volatile byte[] answer = new byte[0];

    PressureProbe(
            PressureScenario scenario,
            String collector,
            String contestant,
            long requests,
            long handSizedBytes,
            long heapBytes) {
        this.scenario = scenario;
        this.collector = collector;
        this.contestant = contestant;
        this.requests = requests;
        this.handSizedBytes = contestant.equals(PressureRow.BY_HAND) ? handSizedBytes : 0;
        this.heapBytes = heapBytes;
        // As many bytes of values in a test's heap as in the real one, by its measure. Each of several caches could
        // fill half of it.
        this.keys = (int) (KEYS * (heapBytes / (double) Pressure.HEAP_BYTES) / (scenario.caches() == 1 ? 1 : 3));
        for (int cache = 0; cache < scenario.caches(); cache++) {
            caches.add(PressureCaches.make(contestant, scenario, handSizedBytes / scenario.caches()));
        }
    }

    /** Arguments: scenario, collector, contestant, requests, bytes of the hand-sized cache. */
    public static void main(String[] args) throws IOException {
        endInTime(Math.max(MOST_SECONDS, MOST_SECONDS * Long.parseLong(args[3]) / 1_000_000));
        PressureProbe probe = new PressureProbe(
                PressureScenario.valueOf(args[0]),
                args[1],
                args[2],
                Long.parseLong(args[3]),
                Long.parseLong(args[4]),
                Pressure.HEAP_BYTES);
        probe.run();
        System.exit(0); // threads of a contestant may stay
    }

    /** A heap that is nearly full can make a program slower by a thousand times, and no error ends it. */
    private static void endInTime(long seconds) {
        Thread end = new Thread(() -> {
            try {
                TimeUnit.SECONDS.sleep(seconds);
                Runtime.getRuntime().halt(EXIT_OUT_OF_TIME);
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
        });
        end.setDaemon(true);
        end.start();
    }

    PressureRow run() throws IOException {
        SplittableRandom random = new SplittableRandom(SEED);
        IntSupplier[] draws = new IntSupplier[caches.size()];
        for (int cache = 0; cache < draws.length; cache++) {
            draws[cache] = ZipfDraws.source(keys, SEED + cache);
        }
        Spent before = Spent.now();
        for (int part = 0; part < PARTS; part++) {
            for (long i = requests * part / PARTS; i < requests * (part + 1) / PARTS; i++) {
                live(i);
                int cache = scenario.cache(i, requests, random.nextDouble());
                request(caches.get(cache).subject(), draws[cache].getAsInt(), PressureScenario.phase(i, requests));
            }
            if (part + 1 < PARTS) {
                System.out.println(Json.text(row(Spent.now().since(before), 0, 0)));
            }
        }
        Spent spent = Spent.now().since(before);
        ballast.clear();
        burst.clear();
        long held = 0;
        long entries = 0;
        for (PressureCaches.Made made : caches) {
            made.subject().settledSize();
            for (Iterator<byte[]> all = made.entries().values().iterator(); all.hasNext(); entries++) {
                held += PressureCaches.trueBytes(all.next());
            }
        }
        PressureRow row = row(spent, held, loads - entries);
        System.out.println(Json.text(row));
        for (PressureCaches.Made made : caches) {
            made.subject().close();
        }
        return row;
    }

    /** What the application does beside its requests. */
    private void live(long request) {
        long pieces = (long) (scenario.ballastShare(request, requests) * heapBytes / BALLAST_PIECE_BYTES);
        while (ballast.size() < pieces) {
            ballast.add(new byte[BALLAST_PIECE_BYTES]);
        }
        while (ballast.size() > pieces) {
            ballast.remove(ballast.size() - 1);
        }
        if (scenario.hasBursts()) {
            long sinceBurst = request % Math.max(2, requests / BURSTS);
            if (sinceBurst == 0) {
                while (burst.size() < BURST * heapBytes / Pressure.HEAP_BYTES) {
                    burst.add(new byte[HUMONGOUS_BYTES]);
                }
            } else if (sinceBurst == Math.max(1, requests / BURSTS / 4)) {
                burst.clear();
            }
        }
    }

    private void request(Subject<Integer, byte[]> cache, int key, int phase) {
        long before = loads;
        byte[] value = cache.getOrLoad(key, this::load);
        if (value[0] != (byte) key) {
            throw new IllegalStateException("value=" + value[0] + " (expected " + (byte) key + "): " + contestant
                    + " gave the value of another key");
        }
        phaseRequests[phase]++;
        phaseLoads[phase] += loads - before;
        answer = Arrays.copyOf(value, ANSWER_BYTES);
    }

    private byte[] load(int key) {
        loads++;
        byte[] value = new byte[valueBytes(key)];
        Arrays.fill(value, (byte) key);
        return value;
    }

    /** As many of 128 to 256 bytes as of 8 to 16 KiB. */
    static int valueBytes(int key) {
        double share = new SplittableRandom(key).nextDouble();
        return (int) (LEAST_VALUE_BYTES * StrictMath.pow(MOST_VALUE_BYTES / (double) LEAST_VALUE_BYTES, share));
    }

    private PressureRow row(Spent spent, long heldBytes, long evictions) {
        long done = Arrays.stream(phaseRequests).sum();
        int last = PressureScenario.phase(Math.max(0, done - 1), requests);
        return new PressureRow(
                scenario.name(),
                collector,
                contestant,
                handSizedBytes,
                PressureRow.SURVIVED,
                done,
                100.0 * (done - loads) / done,
                100.0 * (phaseRequests[last] - phaseLoads[last]) / phaseRequests[last],
                spent.wallMillis,
                spent.processorMillis,
                spent.stoppedMillis,
                spent.concurrentMillis,
                spent.collections,
                heldBytes,
                evictions);
    }

    /** Invariant: sums since the JVM was started. */
    private record Spent(
            long wallMillis, long processorMillis, long stoppedMillis, long concurrentMillis, long collections) {
        static Spent now() {
            long stopped = 0;
            long concurrent = 0;
            long collections = 0;
            for (GarbageCollectorMXBean bean : ManagementFactory.getGarbageCollectorMXBeans()) {
                if (bean.getName().endsWith("Cycles") || bean.getName().contains("Concurrent")) {
                    concurrent += bean.getCollectionTime();
                } else {
                    stopped += bean.getCollectionTime();
                }
                collections += bean.getCollectionCount();
            }
            OperatingSystemMXBean system = (OperatingSystemMXBean) ManagementFactory.getOperatingSystemMXBean();
            return new Spent(
                    TimeUnit.NANOSECONDS.toMillis(System.nanoTime()),
                    TimeUnit.NANOSECONDS.toMillis(system.getProcessCpuTime()),
                    stopped,
                    concurrent,
                    collections);
        }

        Spent since(Spent before) {
            return new Spent(
                    wallMillis - before.wallMillis,
                    processorMillis - before.processorMillis,
                    stoppedMillis - before.stoppedMillis,
                    concurrentMillis - before.concurrentMillis,
                    collections - before.collections);
        }
    }
}
