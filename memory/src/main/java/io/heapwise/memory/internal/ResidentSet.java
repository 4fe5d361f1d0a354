package io.heapwise.memory.internal;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.OptionalLong;

/**
 * How much physical memory this process has, on Linux. Invariant: never throws and never guesses: absent where the kernel
 * does not tell, since neither virtual size nor committed heap is a stand-in.
 *
 * <p>Cost: one small pseudo file, about ten microseconds. The kernel counts per core and adds up late, so a few megabytes
 * may be missing on big machines.
 */
public final class ResidentSet {
    private static final int AT_PAGESZ = 6;
    private static final long PAGE_BYTES = pageBytes(Path.of("/proc/self/auxv"));

    private ResidentSet() {}

    /**
     * Reads it.
     *
     * @return bytes, or empty off Linux
     */
    public static OptionalLong bytes() {
        return bytes(Path.of("/proc/self/statm"), PAGE_BYTES);
    }

    static OptionalLong bytes(Path statm, long pageBytes) {
        if (pageBytes <= 0) {
            return OptionalLong.empty();
        }
        try {
            String[] fields = Files.readString(statm).trim().split(" ", -1);
            return OptionalLong.of(Long.parseLong(fields[1]) * pageBytes);
        } catch (IOException | RuntimeException notTold) {
            return OptionalLong.empty();
        }
    }

    /** The page size from the vector that the kernel hands to every program; no other file tells it cheaply. */
    static long pageBytes(Path auxv) {
        try {
            ByteBuffer words = ByteBuffer.wrap(Files.readAllBytes(auxv)).order(ByteOrder.nativeOrder());
            while (words.remaining() >= 2 * Long.BYTES) {
                long key = words.getLong();
                long value = words.getLong();
                if (key == AT_PAGESZ) {
                    return value;
                }
            }
        } catch (IOException | RuntimeException notTold) {
            return 0;
        }
        return 0;
    }
}
