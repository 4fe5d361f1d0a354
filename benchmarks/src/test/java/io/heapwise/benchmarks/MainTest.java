package io.heapwise.benchmarks;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
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
