package io.heapwise.benchmarks.pools;

import io.heapwise.benchmarks.Json;
import io.heapwise.benchmarks.ObjectGraph;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;

/** Measures, in a JVM of its own, what the pools occupy under that JVM's object layout; the rows are one line of JSON. */
final class FootprintProbe {
    private FootprintProbe() {}

    /** Arguments: the name of the layout, the contestants with commas between them. */
    public static void main(String[] args) throws Exception {
        List<PoolFootprintRow> rows = new ArrayList<>();
        for (String contestant : args[1].split(",", -1)) {
            for (int objects : new int[] {10, 100, 1_000}) {
                rows.add(row(args[0], contestant, objects));
            }
        }
        System.out.println(Json.text(rows));
    }

    /** What a twin reaches too is shared by all pools, and belongs to neither. */
    private static PoolFootprintRow row(String layout, String contestant, int objects) throws Exception {
        try (Subject twin = used(contestant, objects);
                Subject subject = used(contestant, objects)) {
            Set<Object> shared = ObjectGraph.reachable(twin, Payload.class);
            ObjectGraph.Size size = new ObjectGraph(Payload.class, shared).sizeOf(subject);
            if (size.payloads() != objects) {
                throw new IllegalStateException(
                        contestant + " holds objects=" + size.payloads() + " (expected " + objects + ")");
            }
            return new PoolFootprintRow(layout, contestant, objects, size.bytes(), (double) size.bytes() / objects);
        }
    }

    private static Subject used(String contestant, int objects) throws Exception {
        Subject subject = Contestants.of(contestant, objects);
        List<Object> borrowed = new ArrayList<>();
        for (int i = 0; i < objects; i++) {
            borrowed.add(subject.borrow());
        }
        for (Object one : borrowed) {
            subject.giveBack(one);
        }
        return subject;
    }
}
