package io.heapwise.memory.internal;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class CgroupTest {
    private static final String V2_MOUNT = "29 1 0:26 / /sys/fs/cgroup rw,nosuid - cgroup2 cgroup2 rw\n";
    private static final String V1_MOUNT = "30 1 0:27 / /sys/fs/cgroup/memory rw - cgroup cgroup rw,memory\n";

    @TempDir
    Path root;

    @Test
    void theLeastLimitUpTheHierarchyCounts() throws IOException {
        write("proc/self/cgroup", "0::/a/b\n");
        write("proc/self/mountinfo", V2_MOUNT);
        write("sys/fs/cgroup/a/memory.max", "300\n");
        write("sys/fs/cgroup/a/b/memory.max", "500\n");

        assertThat(Cgroup.of(root).limitBytes()).isEqualTo(300);
        assertThat(Cgroup.of(root).version()).isEqualTo(2);
    }

    @Test
    void noLimitInVersionTwoIsNoLimit() throws IOException {
        write("proc/self/cgroup", "0::/a\n");
        write("proc/self/mountinfo", V2_MOUNT);
        write("sys/fs/cgroup/a/memory.max", "max\n");

        assertThat(Cgroup.of(root).limitBytes()).isZero();
    }

    @Test
    void filePagesThatCanBeDroppedAreNotInUse() throws IOException {
        write("proc/self/cgroup", "0::/a\n");
        write("proc/self/mountinfo", V2_MOUNT);
        write("sys/fs/cgroup/a/memory.max", "1000");
        write("sys/fs/cgroup/a/memory.current", "900\n");
        write("sys/fs/cgroup/a/memory.stat", "anon 100\ninactive_file 600\nactive_file 200\n");
        write("sys/fs/cgroup/a/memory.pressure", "some avg10=12.50 avg60=1 total=5\nfull avg10=3.25 avg60=0 total=1\n");
        Cgroup group = Cgroup.of(root);

        assertThat(group.workingSetBytes()).isEqualTo(300);
        assertThat(group.someStallPercent()).isEqualTo(12.5);
        assertThat(group.fullStallPercent()).isEqualTo(3.25);
    }

    @Test
    void versionOneHasOtherNamesAndAHugeNumberForNone() throws IOException {
        write("proc/self/cgroup", "4:memory:/job\n0::/\n");
        write("proc/self/mountinfo", V1_MOUNT);
        write("sys/fs/cgroup/memory/job/memory.limit_in_bytes", "800\n");
        write("sys/fs/cgroup/memory/memory.limit_in_bytes", "9223372036854771712\n");
        write("sys/fs/cgroup/memory/job/memory.usage_in_bytes", "700\n");
        write("sys/fs/cgroup/memory/job/memory.stat", "inactive_file 1\ntotal_inactive_file 500\n");
        Cgroup group = Cgroup.of(root);

        assertThat(group.version()).isEqualTo(1);
        assertThat(group.limitBytes()).isEqualTo(800);
        assertThat(group.workingSetBytes()).isEqualTo(200);
        assertThat(group.someStallPercent()).isNaN();
    }

    @Test
    void insideAContainerTheMountIsTheGroupItself() throws IOException {
        write("proc/self/cgroup", "4:memory:/docker/abc\n");
        write("proc/self/mountinfo", "30 1 0:27 /docker/abc /sys/fs/cgroup/memory rw - cgroup cgroup rw,memory\n");
        write("sys/fs/cgroup/memory/memory.limit_in_bytes", "256\n");

        assertThat(Cgroup.of(root).limitBytes()).isEqualTo(256);
    }

    @Test
    void whereThereAreNoGroupsThereIsNoLimit() throws IOException {
        assertThat(Cgroup.of(root).limitBytes()).isZero();
        assertThat(Cgroup.of(root).workingSetBytes()).isZero();
        write("proc/self/cgroup", "garbage\n\n::::\n");
        write("proc/self/mountinfo", "x - \n - cgroup2\n1 2 3 - cgroup2 x y\n");

        assertThat(Cgroup.of(root).limitBytes()).isZero();
    }

    @Test
    void residentPagesAreCountedInPages() throws IOException {
        write("statm", "9000 250 30 1 0 40 0\n");

        assertThat(ResidentSet.bytes(root.resolve("statm"), 4096)).hasValue(250 * 4096);
        assertThat(ResidentSet.bytes(root.resolve("none"), 4096)).isEmpty();
        assertThat(ResidentSet.bytes(root.resolve("statm"), 0)).isEmpty();
    }

    private void write(String path, String text) throws IOException {
        Path file = root.resolve(path);
        Files.createDirectories(file.getParent());
        Files.writeString(file, text);
    }
}
