package io.heapwise.demo;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class OptionsTest {

    @Test
    void withoutOptionsTheFirstSceneRunsWithAllItsContestants() {
        Options options = Options.parse();
        assertThat(options.scene().name()).isEqualTo("wordnet");
        assertThat(options.contestants())
                .extracting(Contestant::name)
                .containsExactly("map", "naive", "heapwise", "caffeine");
        assertThat(options.heapBytes()).isEqualTo(64L << 20);
        assertThat(options.out()).isEqualTo(Path.of("heapwise-demo.html"));
    }

    @Test
    void theHeapIsTheScenesOwnUnlessTheUserSaysOtherwise() {
        assertThat(Options.parse("--scene", "lines").heapBytes()).isEqualTo(32L << 20);
        assertThat(Options.parse("--xmx", "48m", "--scene", "lines").heapBytes())
                .isEqualTo(48L << 20);
    }

    @Test
    void everyOptionIsTaken() {
        Options options = Options.parse(
                "--contestants",
                "caffeine,map",
                "--xmx",
                "32768k",
                "--seconds",
                "5",
                "--operations",
                "9",
                "--out",
                "a.html",
                "--list");
        assertThat(options.contestants()).extracting(Contestant::name).containsExactly("map", "caffeine");
        assertThat(options.heapBytes()).isEqualTo(32L << 20);
        assertThat(options.seconds()).isEqualTo(5);
        assertThat(options.operations()).isEqualTo(9);
        assertThat(options.out()).isEqualTo(Path.of("a.html"));
        assertThat(options.listing()).isTrue();
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "--xmx     | 15m     | bad --xmx=15m (expected 16m to 1g)",
                "--xmx     | 2g      | bad --xmx=2g (expected 16m to 1g)",
                "--xmx     | much    | bad --xmx=much (expected 16m to 1g)",
                "--seconds | 0       | bad --seconds=0 (expected a whole number, 1 to 600)",
                "--seconds | 601     | bad --seconds=601 (expected a whole number, 1 to 600)",
                "--seconds | 1.5     | bad --seconds=1.5 (expected a whole number, 1 to 600)",
                "--operations | -1   | bad --operations=-1 (expected a whole number, 1 or more)",
                "--scene   | none    | no --scene=none (expected one of wordnet, sessions, lines, longline, pages, echo, connections)",
                "--contestants | x   | no --contestants=x in scene wordnet (expected some of map,naive,heapwise,caffeine)",
                "--out     | .       | bad --out=. (expected a file)",
                "--colour  | red     | unknown option --colour",
                "out       | red     | unknown option out",
            })
    void badInputIsRefusedWithTheOptionAndItsBound(String option, String value, String message) {
        assertThatThrownBy(() -> Options.parse(option, value))
                .isInstanceOf(DemoException.class)
                .hasMessageStartingWith(message);
    }

    @Test
    void anOptionWithoutItsValueIsRefused() {
        assertThatThrownBy(() -> Options.parse("--xmx"))
                .isInstanceOf(DemoException.class)
                .hasMessageStartingWith("no value for --xmx");
    }
}
