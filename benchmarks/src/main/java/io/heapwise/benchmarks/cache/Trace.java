package io.heapwise.benchmarks.cache;

import java.io.BufferedInputStream;
import java.io.BufferedReader;
import java.io.DataInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.zip.GZIPInputStream;

/**
 * A recorded sequence of requests, its keys renumbered from 0 in order of first use. The recordings travel inside
 * Caffeine's simulator artifact, which the profile {@code traces} puts on the class path; the module's README names
 * their owners and licences.
 */
final class Trace {
    /** Longer recordings are cut: what comes later changes rates by little and replays by hours. */
    static final int MOST_REQUESTS = 1_500_000;

    private static final String FOLDER = "/com/github/benmanes/caffeine/cache/simulator/parser/";

    /** How a recording writes its keys. */
    enum Format {
        /** Decimal, one a line; blank lines and asterisks mean nothing. */
        LINES,
        /** Big-endian, four bytes each. */
        INTS,
        /** Big-endian, eight bytes each. */
        LONGS,
        /** Any text, one a line. */
        WORDS,
        /** The second of three words a line, the others being a time and a size. */
        SECOND_WORDS
    }

    /** Where a recording is. */
    record Source(String name, String file, Format format) {}

    static final List<Source> SOURCES = List.of(
            new Source("web07", "cache2k/web07.trace.xz", Format.INTS),
            new Source("web12", "cache2k/web12.trace.xz", Format.INTS),
            new Source("orm-busy", "cache2k/orm-busy.trace.xz", Format.INTS),
            new Source("orm-night", "cache2k/orm-night.trace.xz", Format.INTS),
            new Source("corda", "corda/trace_vaultservice.gz", Format.LONGS),
            new Source("gradle", "gradle/build-cache.xz", Format.WORDS),
            new Source("adapt", "adapt_size/request.trace.xz", Format.SECOND_WORDS),
            new Source("scarab", "scarab/scarab-recs.trace.xz", Format.LONGS),
            new Source("w106", "cloud_physics/w106.trace.xz", Format.INTS),
            new Source("sprite", "lirs/sprite.trace.gz", Format.LINES),
            new Source("2_pools", "lirs/2_pools.trace.gz", Format.LINES),
            new Source("multi1", "lirs/multi1.trace.gz", Format.LINES),
            new Source("multi2", "lirs/multi2.trace.gz", Format.LINES),
            new Source("multi3", "lirs/multi3.trace.gz", Format.LINES),
            new Source("cs", "lirs/cs.trace.gz", Format.LINES),
            new Source("gli", "lirs/gli.trace.gz", Format.LINES),
            new Source("cpp", "lirs/cpp.trace.gz", Format.LINES),
            new Source("ps", "lirs/ps.trace.gz", Format.LINES),
            new Source("loop", "lirs/loop.trace.gz", Format.LINES),
            new Source("scan", "lirs/scan.trace.gz", Format.LINES),
            new Source("zigzag", "lirs/zigzag.trace.gz", Format.LINES));

    private final String name;
    private final int[] requests;
    private final int distinctKeys;

    Trace(String name, int[] requests, int distinctKeys) {
        this.name = name;
        this.requests = requests;
        this.distinctKeys = distinctKeys;
    }

    String name() {
        return name;
    }

    /** Shared, not copied: to be read only. */
    int[] requests() {
        return requests;
    }

    int distinctKeys() {
        return distinctKeys;
    }

    static boolean areAvailable() {
        return Trace.class.getResource(FOLDER + SOURCES.get(0).file()) != null;
    }

    static Trace load(Source source) throws IOException {
        try (InputStream recorded = Trace.class.getResourceAsStream(FOLDER + source.file())) {
            if (recorded == null) {
                throw new IllegalStateException("trace=" + source.name()
                        + " (expected on the class path): build with the Maven profile traces");
            }
            return parse(source.name(), new BufferedInputStream(expand(source.file(), recorded)), source.format());
        }
    }

    /** Reads at most {@link #MOST_REQUESTS} keys. */
    static Trace parse(String name, InputStream keys, Format format) throws IOException {
        Numbering numbering = new Numbering(name);
        switch (format) {
            case LINES, WORDS, SECOND_WORDS -> {
                BufferedReader lines = new BufferedReader(new InputStreamReader(keys, StandardCharsets.US_ASCII));
                for (String line = lines.readLine(); line != null && !numbering.isFull(); line = lines.readLine()) {
                    String text = line.strip();
                    if (!text.isEmpty() && !text.equals("*")) {
                        numbering.request(keyIn(text, format));
                    }
                }
            }
            case INTS, LONGS -> {
                DataInputStream numbers = new DataInputStream(keys);
                try {
                    while (!numbering.isFull()) {
                        numbering.request(format == Format.INTS ? numbers.readInt() : numbers.readLong());
                    }
                } catch (EOFException endOfTrace) {
                    // The recordings have no length in front.
                }
            }
        }
        return numbering.trace();
    }

    private static Object keyIn(String line, Format format) {
        return switch (format) {
            case LINES -> Long.valueOf(line);
            case SECOND_WORDS -> line.split("\\s+", 3)[1];
            default -> line;
        };
    }

    private static InputStream expand(String file, InputStream recorded) throws IOException {
        if (file.endsWith(".gz")) {
            return new GZIPInputStream(recorded);
        }
        try {
            // By name, since the library is there with the profile only.
            return Class.forName("org.tukaani.xz.XZInputStream")
                    .asSubclass(InputStream.class)
                    .getConstructor(InputStream.class)
                    .newInstance(recorded);
        } catch (ReflectiveOperationException e) {
            throw new IllegalStateException(
                    "file=" + file + " (expected org.tukaani:xz on the class path): build with the profile traces", e);
        }
    }

    /** Gives keys their numbers. */
    private static final class Numbering {
        private final String name;
        private final Map<Object, Integer> numbers = new HashMap<>();
        private int[] requests = new int[1 << 16];
        private int count;

        Numbering(String name) {
            this.name = name;
        }

        boolean isFull() {
            return count == MOST_REQUESTS;
        }

        void request(Object key) {
            if (count == requests.length) {
                requests = Arrays.copyOf(requests, 2 * count);
            }
            Integer number = numbers.putIfAbsent(key, numbers.size());
            requests[count++] = number == null ? numbers.size() - 1 : number;
        }

        Trace trace() {
            return new Trace(name, Arrays.copyOf(requests, count), numbers.size());
        }
    }
}
