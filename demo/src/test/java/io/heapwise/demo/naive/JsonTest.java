package io.heapwise.demo.naive;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class JsonTest {

    @Test
    void textIsQuotedAndEscaped() {
        assertThat(Json.stringify("a\"b\\c\nd\u0001")).isEqualTo("\"a\\\"b\\\\c\\nd\\u0001\"");
    }

    @Test
    void structuresAreWrittenWithoutSpaces() {
        assertThat(Json.stringify(Map.of("a", List.of(1, true, "x")))).isEqualTo("{\"a\":[1,true,\"x\"]}");
        assertThat(Json.stringify(null)).isEqualTo("null");
    }

    @Test
    void otherObjectsAreRefusedByName() {
        assertThatThrownBy(() -> Json.stringify(new StringBuilder().getClass()))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("class=java.lang.Class");
    }
}
