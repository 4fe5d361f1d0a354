package io.heapwise.streams;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What the documentation shows compiles, and does what it says. */
final class ExamplesTest {
    private record Row(int bytes) {}

    private record Order(boolean isOpen) {}

    @TempDir
    private Path folder;

    @Test
    void linesAreCountedAndWritten() throws Exception {
        Path log = folder.resolve("log.gz");
        Path report = folder.resolve("report.gz");
        LineWriter.to(log).gzip().write(out -> out.line("2026-11-25 ERROR").line("2025-01-01 fine"));

        long errors = Lines.of(log).gzip().maxLineBytes(1 << 20).count(line -> line.contains("ERROR"));
        assertThat(errors).isEqualTo(1);

        LineWriter.to(report)
                .gzip()
                .write(out -> Lines.of(log)
                        .gzip()
                        .onLongLine(LongLinePolicy.SKIP)
                        .forEach(line -> {
                            if (line.startsWith("2026-")) {
                                out.line(line);
                            }
                        }));
        try (Stream<String> lines = Lines.of(report).gzip().strings()) {
            assertThat(lines).containsExactly("2026-11-25 ERROR");
        }
        try (LineCursor lines = Lines.of(report).gzip().open()) {
            while (lines.next()) {
                assertThat(lines.line().length()).isEqualTo(16);
            }
        }
        assertThat(Files.list(folder)).hasSize(2);
    }

    @Test
    void rowsAreStoredInBatches() {
        List<Row> rows = List.of(new Row(3 << 20), new Row(1 << 20), new Row(1));
        List<List<Row>> store = new ArrayList<>();
        Chunks.of(rows).byWeight(4 << 20, Row::bytes).forEach(batch -> store.add(batch));
        assertThat(store).containsExactly(rows.subList(0, 2), rows.subList(2, 3));
    }

    @Test
    void ordersAreWalkedPageByPage() {
        List<Order> reminded = new ArrayList<>();
        try (Stream<Order> all = Pages.byToken(token -> orders(token)).prefetch(1).stream()) {
            all.filter(Order::isOpen).forEach(reminded::add);
        }
        assertThat(reminded).hasSize(2);
    }

    private static Page<Order> orders(String token) {
        return token == null
                ? Page.of(List.of(new Order(true), new Order(false)), "second")
                : Page.last(List.of(new Order(true)));
    }
}
