package io.heapwise.memory;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.locks.LockSupport;

/**
 * The program that the child JVMs run: one scenario, and what was seen of the level on the way. Prints {@code key=value}
 * lines; everything it says is about levels and events. Time only bounds the run.
 */
final class ChildMain {
    private static final int BLOCK = 4096;
    private static final int GARBAGE_PER_KEPT = 5;

    private static volatile Object sink = new Object();

    private final MemoryPressure pressure = MemoryPressure.ofJvm();
    private final long maxBytes = Runtime.getRuntime().maxMemory();
    private final Random random = new Random(42);
    private final List<byte[]> live = new ArrayList<>();
    private PressureLevel highest = PressureLevel.NORMAL;
    private double highestOccupancy;
    private String atHighest = "";

    private ChildMain() {}

    public static void main(String[] args) {
        ChildMain child = new ChildMain();
        switch (args[0]) {
            case "steady" -> child.steady(Double.parseDouble(args[1]), Long.parseLong(args[2]));
            case "leak" -> child.leak(Integer.parseInt(args[1]));
            case "release" -> child.release();
            case "survive" -> child.survive(Double.parseDouble(args[1]));
            default -> throw new IllegalArgumentException("scenario=" + args[0]);
        }
        System.out.println("done=true");
    }

    /** Live set constant, garbage as fast as it goes. */
    private void steady(double share, long millis) {
        fill(share);
        long end = System.nanoTime() + millis * 1_000_000L;
        while (System.nanoTime() - end < 0) {
            for (int i = 0; i < 64; i++) {
                replaceOne();
            }
            look();
        }
        say("highest", highest);
        say("highestOccupancy", String.format("%.2f", highestOccupancy));
        say("at", atHighest);
        say("state", pressure.state());
        say("activity", pressure.gcActivity(java.time.Duration.ofSeconds(60)));
    }

    /** The live set grows to the end. */
    private void leak(int garbagePerKept) {
        double highAt = -1;
        double criticalAt = -1;
        double share = 0;
        try {
            fill(0.30);
            while (true) {
                // One megabyte, then a rest: a leak that outruns the collector's own threads is no leak but a burst.
                growByAMegabyte(garbagePerKept);
                share = (double) live.size() * BLOCK / maxBytes;
                look();
                if (highAt < 0 && pressure.atLeast(PressureLevel.HIGH)) {
                    highAt = share;
                }
                if (criticalAt < 0 && pressure.atLeast(PressureLevel.CRITICAL)) {
                    criticalAt = share;
                }
                LockSupport.parkNanos(15_000_000L);
            }
        } catch (OutOfMemoryError e) {
            live.clear();
        }
        say("oomAt", String.format("%.2f", share));
        say("highAt", String.format("%.2f", highAt));
        say("criticalAt", String.format("%.2f", criticalAt));
        say("highest", highest);
        say("at", atHighest);
        say("state", pressure.state());
    }

    /** Grows until the level is HIGH, drops most of it, and goes on. */
    private void release() {
        while (!pressure.atLeast(PressureLevel.HIGH)) {
            growByAMegabyte(GARBAGE_PER_KEPT);
            LockSupport.parkNanos(15_000_000L);
        }
        double at = (double) live.size() * BLOCK / maxBytes;
        int keep = (int) (0.10 * maxBytes / BLOCK);
        live.subList(keep, live.size()).clear();
        // A cycle that is under way marked what was live before; its word, and those still on their way, do not count.
        LockSupport.parkNanos(300_000_000L);
        long from = pressure.state().wholeHeapCollections();
        long end = System.nanoTime() + 20_000_000_000L;
        String trail = pressure.state().toString();
        while (pressure.level() != PressureLevel.NORMAL && System.nanoTime() - end < 0) {
            for (int i = 0; i < 64; i++) {
                replaceOne();
            }
        }
        say("releasedAt", String.format("%.2f", at));
        say("before", trail);
        say("collections", pressure.state().wholeHeapCollections() - from);
        say("level", pressure.level());
        say("state", pressure.state());
    }

    /** A cache that may hold a quarter of the heap, under a load that grows beside it. */
    private void survive(double ballastShare) {
        Cache cache = new Cache(maxBytes / 4);
        int failed = 0;
        try (HeapGovernor governor = HeapGovernor.ofJvm()) {
            governor.register(cache);
            int ballast = (int) (ballastShare * maxBytes / BLOCK);
            try {
                for (int i = 0; i < 20_000; i++) {
                    cache.put(new byte[BLOCK]);
                }
                while (live.size() < ballast) {
                    for (int i = 0; i < 256; i++) {
                        live.add(new byte[BLOCK]);
                        cache.put(new byte[BLOCK]);
                        sink = new byte[BLOCK];
                    }
                    look();
                    LockSupport.parkNanos(15_000_000L);
                }
                long end = System.nanoTime() + 1_500_000_000L;
                while (System.nanoTime() - end < 0) {
                    for (int i = 0; i < 64; i++) {
                        cache.put(new byte[BLOCK]);
                        replaceOne();
                    }
                    look();
                }
            } catch (OutOfMemoryError e) {
                live.clear();
                failed = 1;
            }
            say("survived", failed == 0);
            say("cache", String.format("%.2f", (double) cache.footprintBytes() / maxBytes));
            say("smallestLimit", String.format("%.2f", (double) cache.smallestLimit / maxBytes));
            say("highest", highest);
            say("decision", governor.lastDecision());
        }
    }

    /** As a service leaks that goes on working: beside what it keeps for good it replaces what it has, and makes garbage. */
    private void growByAMegabyte(int garbagePerKept) {
        for (int i = 0; i < 256; i++) {
            live.add(new byte[BLOCK]);
            for (int g = 0; g < garbagePerKept; g++) {
                sink = new byte[BLOCK];
            }
            replaceOne();
        }
    }

    private void fill(double share) {
        long blocks = (long) (share * maxBytes / BLOCK);
        for (long i = 0; i < blocks; i++) {
            live.add(new byte[BLOCK]);
        }
    }

    private void replaceOne() {
        for (int g = 0; g < GARBAGE_PER_KEPT; g++) {
            sink = new byte[BLOCK];
        }
        live.set(random.nextInt(live.size()), new byte[BLOCK]);
    }

    private void look() {
        PressureState state = pressure.state();
        highestOccupancy = Math.max(highestOccupancy, state.occupancy());
        if (state.level().compareTo(highest) > 0) {
            highest = state.level();
            atHighest = state.toString();
        }
    }

    private static void say(String key, Object value) {
        System.out.println(key + "=" + value);
    }

    /** The oldest goes first, and a limit holds from the next put on. */
    private static final class Cache implements Shrinkable {
        private final ArrayDeque<byte[]> entries = new ArrayDeque<>();
        private final long capBytes;
        private volatile long limitBytes = Long.MAX_VALUE;
        private volatile long bytes;
        volatile long smallestLimit = Long.MAX_VALUE;

        Cache(long capBytes) {
            this.capBytes = capBytes;
        }

        void put(byte[] value) {
            entries.add(value);
            long now = bytes + value.length;
            long most = Math.min(capBytes, limitBytes);
            while (now > most && !entries.isEmpty()) {
                now -= entries.remove().length;
            }
            bytes = now;
        }

        @Override
        public String name() {
            return "child";
        }

        @Override
        public long footprintBytes() {
            return bytes;
        }

        @Override
        public void limitBytes(long limit) {
            limitBytes = limit;
            smallestLimit = Math.min(smallestLimit, limit);
        }
    }
}
