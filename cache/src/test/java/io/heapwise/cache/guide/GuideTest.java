package io.heapwise.cache.guide;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** What the guide shows is what the tests beside this one compile and run. */
final class GuideTest {
    private static final Path GUIDE = Path.of("..", "docs", "guides", "moving-to-heapwise-cache.md");
    private static final Path SOURCES = Path.of("src", "test", "java")
            .resolve(GuideTest.class.getPackageName().replace('.', '/'));
    private static final Pattern BLOCK = Pattern.compile("```java\\n(.*?)```", Pattern.DOTALL);
    private static final Pattern NAMED =
            Pattern.compile("<!-- example: ([a-z-]+) -->\\n```java\\n(.*?)```", Pattern.DOTALL);
    private static final Pattern REGION =
            Pattern.compile("(?m)^ *// \\[([a-z-]+)]\\n(.*?)^ *// \\[/\\1]$", Pattern.DOTALL);

    private static Map<String, String> examples(Pattern pattern, String text) {
        Map<String, String> examples = new TreeMap<>();
        Matcher matcher = pattern.matcher(text);
        while (matcher.find()) {
            assertThat(examples.put(
                            matcher.group(1), matcher.group(2).stripTrailing().stripIndent()))
                    .as("another example of this name: %s", matcher.group(1))
                    .isNull();
        }
        return examples;
    }

    private static String sources() throws IOException {
        try (Stream<Path> files = Files.list(SOURCES)) {
            List<Path> others = files.filter(file -> !file.endsWith("GuideTest.java"))
                    .sorted()
                    .toList();
            StringBuilder all = new StringBuilder();
            for (Path file : others) {
                all.append(Files.readString(file));
            }
            return all.toString();
        } catch (UncheckedIOException e) {
            throw e.getCause();
        }
    }

    @Test
    void everyExampleIsCompiledAndEveryCompiledOneIsShown() throws IOException {
        String guide = Files.readString(GUIDE);
        Map<String, String> shown = examples(NAMED, guide);
        assertThat(shown).isNotEmpty();
        assertThat(BLOCK.matcher(guide).results().count())
                .as("every example has a name")
                .isEqualTo(shown.size());
        assertThat(shown).isEqualTo(examples(REGION, sources()));
    }
}
