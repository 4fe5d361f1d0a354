package io.heapwise.memory.internal;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The memory limits of the Linux control group this process is in, versions 1 and 2. Invariant: never throws; what cannot
 * be read is 0, or NaN for shares, and counts as "no limit".
 *
 * <p>The limit is the least one up the hierarchy. The working set is use without inactive file pages, which the kernel can
 * drop at any time: counting them would call every process that reads files short of memory.
 *
 * <p>Cost: the limit is read once; a reading opens one to two small pseudo files.
 */
public final class Cgroup {
    /** Where the kernel writes "no limit" in version 1: the biggest multiple of a page in a long. */
    private static final long UNLIMITED_V1 = Long.MAX_VALUE / 2;

    private static final Cgroup NONE = new Cgroup(0, null, 0);

    private final int version;
    private final @Nullable Path group;
    private final long limitBytes;

    private Cgroup(int version, @Nullable Path group, long limitBytes) {
        this.version = version;
        this.group = group;
        this.limitBytes = limitBytes;
    }

    /**
     * The group of this process.
     *
     * @return the group; one without a limit where there is none
     */
    public static Cgroup ofThisProcess() {
        return of(Path.of("/"));
    }

    /** The group as found under another root, for tests. */
    static Cgroup of(Path root) {
        try {
            List<String> groups = Files.readAllLines(root.resolve("proc/self/cgroup"));
            List<String> mounts = Files.readAllLines(root.resolve("proc/self/mountinfo"));
            Cgroup first = find(1, root, groups, mounts);
            return first != null && first.limitBytes > 0 ? first : orNone(find(2, root, groups, mounts), first);
        } catch (IOException | RuntimeException notLinux) {
            return NONE;
        }
    }

    private static Cgroup orNone(@Nullable Cgroup second, @Nullable Cgroup first) {
        if (second != null && second.limitBytes > 0) {
            return second;
        }
        return first != null ? first : second != null ? second : NONE;
    }

    private static @Nullable Cgroup find(int version, Path root, List<String> groups, List<String> mounts) {
        String path = groupPath(version, groups);
        for (String line : mounts) {
            int dash = line.indexOf(" - ");
            if (path == null || dash < 0) {
                continue;
            }
            String[] mount = line.substring(0, dash).split(" ", -1);
            String[] type = line.substring(dash + 3).split(" ", -1);
            boolean matches = version == 2
                    ? type[0].equals("cgroup2")
                    : type[0].equals("cgroup")
                            && List.of(type[type.length - 1].split(",")).contains("memory");
            if (matches && mount.length > 4) {
                return at(version, root.resolve(mount[4].substring(1)), mount[3], path);
            }
        }
        return null;
    }

    private static @Nullable String groupPath(int version, List<String> groups) {
        for (String line : groups) {
            String[] parts = line.split(":", 3);
            boolean matches = parts.length == 3
                    && (version == 2
                            ? parts[0].equals("0") && parts[1].isEmpty()
                            : List.of(parts[1].split(",")).contains("memory"));
            if (matches) {
                return parts[2];
            }
        }
        return null;
    }

    private static Cgroup at(int version, Path mountPoint, String mountRoot, String path) {
        // Inside a container the mount shows the group itself as its root, so the path must lose that part first.
        String below = mountRoot.length() > 1 && path.startsWith(mountRoot) ? path.substring(mountRoot.length()) : path;
        Path group = mountPoint
                .resolve(below.startsWith("/") ? below.substring(1) : below)
                .normalize();
        if (!group.startsWith(mountPoint) || !Files.isDirectory(group)) {
            group = mountPoint;
        }
        long limit = 0;
        for (Path up = group; up != null && up.startsWith(mountPoint); up = up.getParent()) {
            long here =
                    version == 2 ? readLong(up.resolve("memory.max")) : readLong(up.resolve("memory.limit_in_bytes"));
            if (here > 0 && here < UNLIMITED_V1 && (limit == 0 || here < limit)) {
                limit = here;
            }
        }
        return new Cgroup(version, group, limit);
    }

    /**
     * The limit.
     *
     * @return bytes, or 0 if there is none
     */
    public long limitBytes() {
        return limitBytes;
    }

    /**
     * Which version of control groups the numbers come from.
     *
     * @return 1 or 2, or 0 if there are none
     */
    public int version() {
        return version;
    }

    /**
     * What the group uses and the kernel could not simply drop.
     *
     * @return bytes, or 0 if not known
     */
    public long workingSetBytes() {
        Path at = group;
        if (at == null) {
            return 0;
        }
        boolean v2 = version == 2;
        long used = readLong(at.resolve(v2 ? "memory.current" : "memory.usage_in_bytes"));
        long inactive = readField(at.resolve("memory.stat"), v2 ? "inactive_file" : "total_inactive_file");
        return Math.max(0, used - inactive);
    }

    /**
     * Share of the last 10 seconds in which some task of the group waited for memory.
     *
     * @return percent, or NaN if not known
     */
    public double someStallPercent() {
        return stallPercent("some ");
    }

    /**
     * Share of the last 10 seconds in which all tasks of the group waited for memory.
     *
     * @return percent, or NaN if not known
     */
    public double fullStallPercent() {
        return stallPercent("full ");
    }

    private double stallPercent(String start) {
        Path at = group;
        if (version != 2 || at == null) {
            // Version 1 has only the numbers of the whole machine, and those are not this container's trouble.
            return Double.NaN;
        }
        for (String line : lines(at.resolve("memory.pressure"))) {
            int from = line.indexOf("avg10=");
            if (line.startsWith(start) && from >= 0) {
                int to = line.indexOf(' ', from);
                try {
                    return Double.parseDouble(line.substring(from + 6, to < 0 ? line.length() : to));
                } catch (NumberFormatException odd) {
                    return Double.NaN;
                }
            }
        }
        return Double.NaN;
    }

    private static long readField(Path file, String name) {
        for (String line : lines(file)) {
            if (line.startsWith(name + " ")) {
                return parse(line.substring(name.length() + 1));
            }
        }
        return 0;
    }

    private static long readLong(Path file) {
        List<String> lines = lines(file);
        return lines.isEmpty() ? 0 : parse(lines.get(0));
    }

    private static long parse(String number) {
        try {
            return Long.parseLong(number.trim());
        } catch (NumberFormatException notANumber) {
            // "max" means no limit; a number beyond a long does, too.
            return 0;
        }
    }

    private static List<String> lines(Path file) {
        try {
            return Files.readAllLines(file);
        } catch (IOException | RuntimeException notThere) {
            return new ArrayList<>();
        }
    }
}
