package io.heapwise.benchmarks.streams;

import io.heapwise.benchmarks.Json;
import io.heapwise.benchmarks.streams.SlowService.Item;
import io.heapwise.streams.Page;
import io.heapwise.streams.Pages;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;

/** Walks, in a JVM of its own, through all pages of a service; the row is one line of JSON. */
final class PageWalkProbe {
    static final List<String> CONTESTANTS = List.of("heapwise", "heapwisePrefetch", "naive");

    private static final int WARM_UP_PAGES = 200;
    private static final int COUNTED_PAGES = 10;

    private PageWalkProbe() {}

    /** Arguments: contestant, time to fetch over time to process, pages, microseconds for both together, round. */
    public static void main(String[] args) throws Exception {
        double fetchOverProcess = Double.parseDouble(args[1]);
        int pages = Integer.parseInt(args[2]);
        long bothNanos = 1_000 * Long.parseLong(args[3]);
        System.out.println(Json.text(measured(args[0], fetchOverProcess, pages, bothNanos, Integer.parseInt(args[4]))));
    }

    static PageWalkRow measured(String contestant, double fetchOverProcess, int pages, long bothNanos, int round) {
        long processNanos = Math.round(bothNanos / (1 + fetchOverProcess));
        long fetchNanos = bothNanos - processNanos;
        ExecutorService pool = Executors.newFixedThreadPool(1);
        try {
            walk(contestant, new SlowService(WARM_UP_PAGES, 50_000, 50_000, false), pool);
            SlowService counted = new SlowService(COUNTED_PAGES, fetchNanos, processNanos, true);
            walk(contestant, counted, pool);

            SlowService service = new SlowService(pages, fetchNanos, processNanos, false);
            long start = System.nanoTime();
            walk(contestant, service, pool);
            long totalNanos = System.nanoTime() - start;

            long[] fetched = service.fetchedNanos();
            long[] processed = service.processedNanos();
            boolean isAhead = contestant.equals("heapwisePrefetch");
            return new PageWalkRow(
                    contestant,
                    fetchOverProcess,
                    pages,
                    round,
                    sum(fetched) / 1e6,
                    sum(processed) / 1e6,
                    totalNanos / 1e6,
                    (isAhead ? idealAheadNanos(fetched, processed) : sum(fetched) + sum(processed)) / 1e6,
                    counted.mostAlive());
        } finally {
            pool.shutdown();
        }
    }

    private static void walk(String contestant, SlowService service, ExecutorService pool) {
        switch (contestant) {
            case "heapwise" -> Pages.byToken(service::fetch).forEach(service::take);
            case "heapwisePrefetch" ->
                Pages.byToken(service::fetch).prefetch(1, pool).forEach(service::take);
            case "naive" -> naive(service);
            default ->
                throw new IllegalArgumentException(
                        "contestant=" + contestant + " (expected one of " + CONTESTANTS + "): name one of them");
        }
        service.checkAllTaken();
    }

    /** The loop that one writes by hand. */
    private static void naive(SlowService service) {
        String token = null;
        do {
            Page<Item> page = service.fetch(token);
            for (Item item : page.items()) {
                service.take(item);
            }
            token = page.next();
        } while (token != null);
    }

    /** The first fetch and the last processing have nothing beside them; all others are hidden behind whichever takes longer. */
    static long idealAheadNanos(long[] fetched, long[] processed) {
        int last = fetched.length - 1;
        long ideal = fetched[0] + processed[last];
        for (int page = 0; page < last; page++) {
            ideal += Math.max(fetched[page + 1], processed[page]);
        }
        return ideal;
    }

    private static long sum(long[] nanos) {
        long sum = 0;
        for (long one : nanos) {
            sum += one;
        }
        return sum;
    }
}
