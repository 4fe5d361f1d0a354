package io.heapwise.benchmarks;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class MainTest {
    @TempDir
    Path folder;

    @Test
    void thePathOfTheJvmIsDroppedAndTheRestIsKept() throws IOException {
        Path file = folder.resolve("jmh.json");
        Files.writeString(file, "[{\"jvm\":\"/opt/jdk/bin/java\",\"mode\":\"thrpt\"}]");

        Main.keepMachineOut(file);

        assertThat(Files.readString(file)).doesNotContain("/opt/").contains("\"mode\" : \"thrpt\"");
    }

    @Test
    void inTurnEachForkOfACaseCountsAndEachCaseIsThereOnce() throws Exception {
        Path file = folder.resolve("jmh.json");
        String[] args = {
            "turns",
            "Evict.(naive|guava)$",
            "-p",
            "size=1000,2000",
            "-f",
            "2",
            "-wi",
            "0",
            "-i",
            "1",
            "-r",
            "1ms",
            "-jvmArgs",
            "-Xmx64m",
            "-rff",
            file.toString()
        };

        Main.main(args);

        List<String> cases = new ArrayList<>();
        for (JsonNode run : Json.read(file)) {
            cases.add(run.get("benchmark").asText().replaceAll(".*\\.", "") + " "
                    + run.get("params").get("size").asText() + " "
                    + run.get("primaryMetric").get("rawData").size());
        }
        assertThat(cases).containsExactlyInAnyOrder("guava 1000 2", "naive 1000 2", "guava 2000 2", "naive 2000 2");
    }

    @Test
    void turnsAskForAFile() {
        assertThatThrownBy(() -> Main.main(new String[] {"turns", "Evict"})).hasMessageContaining("-rff");
    }

    @Test
    void theCardIsReadBackAsItWasWritten() throws IOException {
        MachineCard card = MachineCard.ofThisMachine();

        card.writeBeside(folder.resolve("any.json"));

        assertThat(MachineCard.of(folder)).isEqualTo(card);
        assertThat(card.cores()).isPositive();
        assertThat(Files.readString(folder.resolve("machine.json"))).doesNotContain(System.getProperty("user.dir"));
    }

    @Test
    void aMissingLineIsUnknown() {
        List<String> lines = List.of("model name\t: A Processor", "flags : x");

        assertThat(MachineCard.valueOf("model name", lines)).isEqualTo("A Processor");
        assertThat(MachineCard.valueOf("serial", lines)).isEqualTo("unknown");
    }
}
