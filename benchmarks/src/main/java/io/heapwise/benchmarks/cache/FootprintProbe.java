package io.heapwise.benchmarks.cache;

import io.heapwise.benchmarks.Json;
import io.heapwise.benchmarks.ObjectGraph;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.function.Supplier;

/**
 * Measures, in a JVM of its own, what the contestants occupy under that JVM's object layout. Writes the rows as one
 * line of JSON to standard output, its progress to standard error.
 */
final class FootprintProbe {
    /** Growth is looked at each time a cache has grown by this factor: it meets every doubling close to its worst. */
    private static final double GROWTH_STEP = 1.05;

    /** Ours is looked at more closely, since its tables grow in small steps: a coarse look would flatter it. */
    private static final double OWN_GROWTH_STEP = 1.01;

    private static final int SMALLEST_GROWING = 1_000;

    private final String layout;
    private final List<FootprintRow> rows = new ArrayList<>();

    FootprintProbe(String layout) {
        this.layout = layout;
    }

    /** Arguments: the name of the layout, the largest size. */
    public static void main(String[] args) throws Exception {
        FootprintProbe probe = new FootprintProbe(args[0]);
        int largest = Integer.parseInt(args[1]);
        System.out.println(Json.text(probe.measure(largest)));
    }

    List<FootprintRow> measure(int largest) {
        for (String contestant : Contestants.withJdk()) {
            for (int n = 1_000; n <= largest; n *= 10) {
                full(contestant, n);
            }
            growing(contestant, largest);
            if (Contestants.CACHES.contains(contestant)) {
                for (int n = 1_000; n <= largest; n *= 10) {
                    weighted(contestant, n);
                }
            }
            System.err.println("  " + layout + ": " + contestant + " done");
        }
        return rows;
    }

    /** A cache of n entries that has seen twice as many. */
    private void full(String contestant, int n) {
        Measured measured = new Measured(() -> bounded(contestant, n));
        measured.grow(0, 2 * n);
        rows.add(measured.row(contestant, FootprintRow.FULL));
        measured.close();
    }

    /** As {@code full}, with weights of 5 to 15 and a bound of ten times n. */
    private void weighted(String contestant, int n) {
        Measured measured =
                new Measured(() -> Contestants.weighted(contestant, 10L * n, Key::weight, Key.class, Value.class));
        measured.grow(0, 2 * n);
        rows.add(measured.row(contestant, FootprintRow.WEIGHTED));
        measured.close();
    }

    /** A cache that never meets its bound, looked at while it grows; the worst moment, and the mean of all. */
    private void growing(String contestant, int largest) {
        Measured measured = new Measured(() -> bounded(contestant, 1 << 30));
        FootprintRow worst = null;
        double step = contestant.equals("heapwise") ? OWN_GROWTH_STEP : GROWTH_STEP;
        double sum = 0;
        int looks = 0;
        int inserted = 0;
        for (double size = SMALLEST_GROWING; size <= largest; size *= step) {
            measured.grow(inserted, (int) size);
            inserted = (int) size;
            FootprintRow now = measured.row(contestant, FootprintRow.GROWING_WORST);
            worst = worst == null || now.bytesPerEntry() > worst.bytesPerEntry() ? now : worst;
            sum += now.bytesPerEntry();
            looks++;
        }
        rows.add(worst);
        rows.add(new FootprintRow(layout, contestant, FootprintRow.GROWING_MEAN, inserted, 0, 0, sum / looks));
        measured.close();
    }

    private static Subject<Key, Value> bounded(String contestant, long maximumEntries) {
        return contestant.equals("jdk")
                ? Contestants.linkedHashMap(maximumEntries)
                : Contestants.bounded(contestant, maximumEntries, Key.class, Value.class);
    }

    /** A cache under observation, and its twin, which says what is shared. */
    private final class Measured {
        private final Subject<Key, Value> twin;
        private final Subject<Key, Value> subject;
        private final ObjectGraph graph;

        Measured(Supplier<Subject<Key, Value>> cache) {
            twin = cache.get();
            // Traffic first: what is made on first use and then shared must exist before the twin is walked.
            for (int id = 0; id < 100; id++) {
                twin.put(new Key(id), new Value());
            }
            twin.settledSize();
            Set<Object> shared = ObjectGraph.reachable(twin.root(), Payload.class);
            subject = cache.get();
            graph = new ObjectGraph(Payload.class, shared);
        }

        void grow(int from, int to) {
            for (int id = from; id < to; id++) {
                subject.put(new Key(id), new Value());
            }
        }

        FootprintRow row(String contestant, String kind) {
            long entries = subject.settledSize();
            ObjectGraph.Size size = graph.sizeOf(subject.root());
            return new FootprintRow(
                    layout,
                    contestant,
                    kind,
                    entries,
                    size.bytes(),
                    size.payloads() - 2 * entries,
                    (double) size.bytes() / entries);
        }

        void close() {
            subject.close();
            twin.close();
        }
    }

    /** What the caller puts into the cache: not part of the cache's footprint. */
    interface Payload {}

    record Key(int id) implements Payload {
        int weight() {
            return 5 + id % 11;
        }
    }

    static final class Value implements Payload {}
}
