package io.heapwise.buffers.internal;

import java.io.IOException;
import java.nio.channels.ClosedChannelException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;

/**
 * Memory that the system gives page by page when it is first written, and takes back as a whole. Invariant: nothing is ever written to the file: it is empty, and
 * has no name any more.
 *
 * <p>Thread-safe. The file is opened once a JVM; all regions map it, each privately, so that each has pages of its own from the first write on.
 */
final class PrivateMapping {
    /*
     * Why not memory of the C library, as the JDK takes it for a direct buffer? What that library gets back it keeps: it takes pieces of a
     * megabyte from its heap once the first such piece has been freed, and a heap shrinks only at its end. After a load of 490 MB had
     * ended and everything was freed, 270 to 390 MB were still resident. And the JDK clears such memory when it takes it, so that all of it
     * is resident before anything is in it.
     *
     * A mapping has neither fault. It costs a system call of some microseconds, and up to twice as much for a page's first write, as that is copied
     * from a page of zeros that the file shares among all.
     *
     * An interrupt closes a channel on which its thread is at work, for all who use it. So threads come here without theirs, and get it back.
     */
    private static final int MOST_ATTEMPTS = 100;

    private static final AtomicReference<@Nullable FileChannel> FILE = new AtomicReference<>();

    /** There a file that is mapped keeps its name. */
    private static final boolean IS_UNUSABLE = System.getProperty("os.name", "").startsWith("Windows");

    private PrivateMapping() {}

    /** Maps a file. */
    interface Mapping {
        MemorySource.Memory map(FileChannel file, int bytes) throws IOException;
    }

    /**
     * Maps memory.
     *
     * @return memory of whole pages; null if that can't be had now, as without a folder to write to, or when the process has as many mappings as the
     *     system lets it have: memory of the C library may be there all the same
     */
    static MemorySource.@Nullable Memory map(int bytes, Mapping mapping) {
        if (IS_UNUSABLE) {
            return null;
        }
        boolean isInterrupted = Thread.interrupted();
        try {
            for (int attempt = 0; attempt < MOST_ATTEMPTS; attempt++) {
                try {
                    return mapping.map(open(), bytes);
                } catch (ClosedChannelException closed) {
                    isInterrupted |= Thread.interrupted(); // ours came meanwhile, or another's closed it
                }
            }
            return null;
        } catch (IOException | SecurityException refused) {
            return null; // which is no reason not to try the next time: to fail costs less than to map
        } finally {
            if (isInterrupted) {
                Thread.currentThread().interrupt();
            }
        }
    }

    /** Of two threads that open it at the same time one has opened it in vain: no lock is held while the system works. */
    private static FileChannel open() throws IOException {
        while (true) {
            FileChannel known = FILE.get();
            if (known != null && known.isOpen()) {
                return known;
            }
            Path path = Files.createTempFile("heapwise", null);
            FileChannel opened = FileChannel.open(
                    path, StandardOpenOption.READ, StandardOpenOption.WRITE, StandardOpenOption.SPARSE);
            Files.delete(path); // it lives on while it is open or mapped
            if (FILE.compareAndSet(known, opened)) {
                return opened;
            }
            opened.close();
        }
    }
}
