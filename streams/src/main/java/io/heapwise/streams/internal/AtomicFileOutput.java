package io.heapwise.streams.internal;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Set;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * A file that is there as a whole or not at all. Invariant: until {@link #commit} has moved it, what was written lies beside the
 * target under another name, and the target is what it was; a close before that leaves nothing.
 *
 * <p>It lies in the same directory, because only within a file system can a file be moved in one step. A file that is replaced keeps its permissions, and
 * nobody can read the new one meanwhile who could not read the old. If the process is killed, a file that ends with {@code .part} stays
 * behind.
 */
public final class AtomicFileOutput implements ByteOutput {
    private final Path target;
    private final Path part;
    private final FileChannel channel;
    private final boolean isDurable;
    private boolean isMoved;

    /**
     * Begins to write.
     *
     * @param file the target; where it is a symbolic link, what that links to is replaced
     * @param isDurable whether a commit waits until the disk has it all
     */
    public AtomicFileOutput(Path file, boolean isDurable) throws IOException {
        this.target = Files.isSymbolicLink(file) ? file.toRealPath() : file.toAbsolutePath();
        this.isDurable = isDurable;
        Path name = target.getFileName();
        if (name == null || Files.isDirectory(target)) {
            throw new FileSystemException(file.toString(), null, "is a directory (expected a file, or none)");
        }
        part = target.resolveSibling(name + "." + UUID.randomUUID() + ".part");
        Set<PosixFilePermission> permissions = permissionsOf(target);
        FileAttribute<?>[] attributes = permissions == null
                ? new FileAttribute<?>[0]
                : new FileAttribute<?>[] {PosixFilePermissions.asFileAttribute(permissions)};
        channel = FileChannel.open(part, Set.of(StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE), attributes);
        try {
            if (permissions != null) {
                Files.setPosixFilePermissions(part, permissions); // those that the process masks when it creates a file
            }
        } catch (Throwable failure) {
            try {
                close();
            } catch (Throwable closing) {
                failure.addSuppressed(closing);
            }
            throw failure;
        }
    }

    private static @Nullable Set<PosixFilePermission> permissionsOf(Path file) throws IOException {
        boolean arePosix = Files.getFileStore(parentOf(file)).supportsFileAttributeView("posix");
        return arePosix && Files.exists(file, LinkOption.NOFOLLOW_LINKS) ? Files.getPosixFilePermissions(file) : null;
    }

    private static Path parentOf(Path absolute) {
        Path parent = absolute.getParent();
        return parent == null ? absolute : parent;
    }

    @Override
    public void write(byte[] bytes, int from, int length) throws IOException {
        ByteOutput.writeFully(channel, ByteBuffer.wrap(bytes, from, length));
    }

    @Override
    public void commit() throws IOException {
        if (isDurable) {
            channel.force(true);
        }
        channel.close();
        Files.move(part, target, StandardCopyOption.ATOMIC_MOVE);
        isMoved = true;
        if (isDurable) {
            forceDirectory();
        }
    }

    /** The name is on the disk when the directory is. Systems whose directories cannot be opened see to that by themselves. */
    private void forceDirectory() throws IOException {
        FileChannel directory;
        try {
            directory = FileChannel.open(parentOf(target), StandardOpenOption.READ);
        } catch (IOException cannotBeOpened) {
            return;
        }
        try (directory) {
            directory.force(true);
        }
    }

    @Override
    public void close() throws IOException {
        try {
            channel.close();
        } finally {
            if (!isMoved) {
                Files.deleteIfExists(part);
            }
        }
    }
}
