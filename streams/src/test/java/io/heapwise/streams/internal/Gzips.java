package io.heapwise.streams.internal;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.List;
import java.util.Random;
import java.util.zip.GZIPInputStream;
import java.util.zip.GZIPOutputStream;

/** Gzipped bytes for tests, made and read by the JDK. */
final class Gzips {
    private Gzips() {}

    static byte[] pack(byte[] plain) {
        ByteArrayOutputStream packed = new ByteArrayOutputStream();
        try (GZIPOutputStream gzip = new GZIPOutputStream(packed)) {
            gzip.write(plain);
        } catch (IOException impossible) {
            throw new UncheckedIOException(impossible);
        }
        return packed.toByteArray();
    }

    static byte[] unpackByJdk(byte[] packed) throws IOException {
        try (GZIPInputStream gzip = new GZIPInputStream(new ByteArrayInputStream(packed))) {
            return gzip.readAllBytes();
        }
    }

    static byte[] concat(byte[]... parts) {
        ByteArrayOutputStream all = new ByteArrayOutputStream();
        for (byte[] part : parts) {
            all.writeBytes(part);
        }
        return all.toByteArray();
    }

    /** Some bytes that repeat and some that do not. */
    static byte[] bytes(long seed, int length) {
        Random random = new Random(seed);
        byte[] bytes = new byte[length];
        int at = 0;
        while (at < length) {
            int run = Math.min(length - at, 1 + random.nextInt(40));
            byte value = (byte) random.nextInt();
            boolean isRepeated = random.nextBoolean();
            for (int i = 0; i < run; i++) {
                bytes[at++] = isRepeated ? value : (byte) random.nextInt();
            }
        }
        return bytes;
    }

    /** Reads to the end, asking for as many bytes at a time as the list says, over and over. */
    static byte[] readAll(ByteInput input, List<Integer> readBytes) throws IOException {
        ByteArrayOutputStream all = new ByteArrayOutputStream();
        byte[] into = new byte[1 << 16];
        for (int i = 0; ; i++) {
            int length = readBytes.get(i % readBytes.size());
            int read = input.read(into, 7, length);
            if (read < 0) {
                return all.toByteArray();
            }
            if (read == 0 || read > length) {
                throw new AssertionError("read=" + read + " of " + length);
            }
            all.write(into, 7, read);
        }
    }
}
