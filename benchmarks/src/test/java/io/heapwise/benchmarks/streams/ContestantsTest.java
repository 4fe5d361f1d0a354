package io.heapwise.benchmarks.streams;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.lang.reflect.Method;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.zip.CRC32;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledForJreRange;
import org.junit.jupiter.api.condition.JRE;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.openjdk.jmh.annotations.Benchmark;

/** Who does less than the others is faster: so all contestants of a question have to give the same answer, and the right one. */
class ContestantsTest {
    private static final Set<String> LIMITS = Set.of("dd", "wc");

    @ParameterizedTest
    @ValueSource(strings = {"count", "filter", "sum"})
    void eachScansTheSameLines(String name) throws Exception {
        TextFile text = text();
        try {
            LineScan.Task task = new LineScan.Task();
            task.task = name;

            Map<String, Object> answers = answers(new LineScan(), text, task);

            long right = switch (name) {
                case "count" -> text.lines;
                case "filter" ->
                    Files.readString(text.file, StandardCharsets.US_ASCII).split(TextFile.NEEDLE, -1).length - 1;
                default -> text.bytes - text.lines;
            };
            assertThat(right).isPositive();
            assertThat(answers)
                    .hasSize(5)
                    .allSatisfy((contestant, answer) -> assertThat(answer).isEqualTo(right));
        } finally {
            text.delete();
        }
    }

    @Test
    void eachScansTheSameLinesInParallel() throws Exception {
        TextFile text = text();
        try {
            assertThat(answers(new LineScanParallel(), text))
                    .hasSize(2)
                    .allSatisfy((contestant, answer) -> assertThat(answer).isEqualTo(text.bytes - text.lines));
        } finally {
            text.delete();
        }
    }

    @ParameterizedTest
    @CsvSource({"look, 65536", "crc32, 65536", "look, 1048576", "crc32, 1048576"})
    void eachReadsTheSameChunks(String name, int chunkBytes) throws Exception {
        ByteFile file = new ByteFile();
        file.megabytes = 2;
        file.write();
        try {
            ChunkRead.Task task = new ChunkRead.Task();
            task.task = name;
            task.chunkBytes = chunkBytes;

            Map<String, Object> answers = answers(new ChunkRead(), file, task);

            byte[] all = Files.readAllBytes(file.file);
            long looked = 0;
            for (int start = 0; start < all.length; start += chunkBytes) {
                looked += all[start] ^ all[Math.min(start + chunkBytes, all.length) - 1];
            }
            CRC32 sum = new CRC32();
            sum.update(all);
            long right = all.length + 31 * looked + (name.equals("crc32") ? 31 * 31 * sum.getValue() : 0);
            assertThat(answers)
                    .hasSize(5)
                    .allSatisfy((contestant, answer) -> assertThat(answer).isEqualTo(right));
        } finally {
            file.delete();
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {100_000, 99_001, 999, 0})
    void eachCutsTheSameItems(int items) throws Exception {
        Partition.Numbers numbers = new Partition.Numbers();
        numbers.items = items;
        numbers.box();

        Map<String, Object> answers = answers(new Partition(), numbers);

        long right = 31L * items + items * (items - 1L) / 2;
        assertThat(answers)
                .hasSize(Runtime.version().feature() >= 24 ? 4 : 3)
                .allSatisfy((contestant, answer) -> assertThat(answer).isEqualTo(right));
    }

    @Test
    @EnabledForJreRange(max = JRE.JAVA_23)
    void anOlderJdkIsToldWhyItHasNoWindows() {
        assertThatThrownBy(() -> new Partition().jdk(new Partition.Numbers()))
                .hasStackTraceContaining("expected >= 24");
    }

    private static TextFile text() throws Exception {
        TextFile text = new TextFile();
        text.lineBytes = 80;
        text.megabytes = 1;
        text.write();
        return text;
    }

    /** By contestant, without those that are the limit: they read, but look at nothing. */
    private static Map<String, Object> answers(Object question, Object... states) throws Exception {
        Map<String, Object> answers = new TreeMap<>();
        for (Method contestant : question.getClass().getDeclaredMethods()) {
            boolean isTooNew = question instanceof Partition
                    && contestant.getName().equals("jdk")
                    && Runtime.version().feature() < 24;
            if (contestant.isAnnotationPresent(Benchmark.class)
                    && !LIMITS.contains(contestant.getName())
                    && !isTooNew) {
                answers.put(contestant.getName(), contestant.invoke(question, states));
            }
        }
        return answers;
    }
}
