package io.heapwise.benchmarks.buffers;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import io.heapwise.benchmarks.Json;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

class FragmentationTest {
    @TempDir
    Path folder;

    @Test
    @EnabledOnOs(OS.LINUX)
    void eachContestantLivesThroughTheSameDayWithAndWithoutSurvivors() throws Exception {
        Fragmentation.main(new String[] {folder.toString(), "0", "1", "8"});

        Path file = folder.resolve("fragmentation-jdk" + Runtime.version().feature() + ".json");
        List<FragmentationRow> rows = Json.readList(Files.readString(file), FragmentationRow.class);
        assertThat(rows).hasSize(2 * FragmentationProbe.CONTESTANTS.size());
        assertThat(rows)
                .extracting(row -> row.contestant() + row.hasSurvivors())
                .doesNotHaveDuplicates();
        assertThat(rows).allSatisfy(row -> {
            assertThat(row.idleLiveBytes() > 0).isEqualTo(row.hasSurvivors());
            assertThat(row.plateauLiveBytes()).isBetween(row.peakLiveBytes() * 8 / 10, row.peakLiveBytes());
            assertThat(row.heldIdleBytes()).isGreaterThanOrEqualTo(row.idleLiveBytes());
            assertThat(row.peakHeldBytes()).isGreaterThanOrEqualTo(row.peakLiveBytes());
        });
        for (boolean hasSurvivors : new boolean[] {true, false}) {
            assertThat(rows)
                    .filteredOn(row -> row.hasSurvivors() == hasSurvivors)
                    .extracting(FragmentationRow::peakLiveBytes)
                    .as("the same trace for all")
                    .containsOnly(rows.stream()
                            .filter(row -> row.hasSurvivors() == hasSurvivors)
                            .findFirst()
                            .orElseThrow()
                            .peakLiveBytes());
        }
        assertThat(folder.resolve("machine.json")).isNotEmptyFile();
    }

    @Test
    void theFolderIsAskedFor() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> Fragmentation.main(new String[0]))
                .withMessageContaining("fragmentation <results folder>");
    }
}
