package io.heapwise.benchmarks.cache;

import java.util.Arrays;
import java.util.List;

/**
 * What happens to a small heap beside the requests. Invariant: a script by the number of the request alone, in eight phases of
 * equal length, so that every contestant lives through the same.
 */
enum PressureScenario {
    /** Nothing: a cache, its requests and their garbage. */
    STEADY(1, 1),
    /** The application's own live set rises to half of the heap and falls again, twice. */
    BALLAST(1, 1),
    /** Sizer and weigher tell 0.3 of the truth; the ideal hand knows better. */
    LIGHT(0.3, 1),
    /** Sizer and weigher tell three times the truth; the ideal hand knows better. */
    HEAVY(3, 1),
    /** Eight caches, and in each phase another one gets seven of ten requests. */
    EIGHT(1, 8),
    /** Bursts of arrays that are larger than half a region of G1, soon dropped. */
    HUMONGOUS(1, 1);

    static final int PHASES = 8;

    private static final double FOCUS = 0.7;

    /** Of what a phase has: rise in the first, stay in the second, fall in the third, nothing in the fourth, and again. */
    private static final int PHASES_OF_A_RAMP = 4;

    private final double toldOverTrue;
    private final int caches;

    PressureScenario(double toldOverTrue, int caches) {
        this.toldOverTrue = toldOverTrue;
        this.caches = caches;
    }

    /** What sizers and weighers say of so many bytes, unless they know better. */
    long told(long bytes) {
        return Math.round(bytes * toldOverTrue);
    }

    int caches() {
        return caches;
    }

    static int phase(long request, long requests) {
        return (int) (request * PHASES / requests);
    }

    /** Which cache a request goes to, by a random number of {@code [0, 1)}. */
    int cache(long request, long requests, double random) {
        if (caches == 1) {
            return 0;
        }
        int focus = phase(request, requests) % caches;
        return random < FOCUS ? focus : (int) ((random - FOCUS) / (1 - FOCUS) * caches);
    }

    /** What the application holds of its own at a request, as a share of the heap. */
    double ballastShare(long request, long requests) {
        if (this != BALLAST) {
            return 0;
        }
        double at = (double) request * PHASES / requests % PHASES_OF_A_RAMP;
        double height = at < 1 ? at : at < 2 ? 1 : at < 3 ? 3 - at : 0;
        return height / 2;
    }

    boolean hasBursts() {
        return this == HUMONGOUS;
    }

    static List<PressureScenario> named(List<String> names) {
        return names.stream()
                .map(name -> Arrays.stream(values())
                        .filter(scenario -> scenario.name().equalsIgnoreCase(name))
                        .findFirst()
                        .orElseThrow(() -> new IllegalArgumentException("scenario=" + name + " (expected one of "
                                + List.of(values()) + "): pressure <results folder> [requests] [scenarios...]")))
                .toList();
    }
}
