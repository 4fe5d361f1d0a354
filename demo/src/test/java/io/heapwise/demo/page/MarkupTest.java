package io.heapwise.demo.page;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;

class MarkupTest {

    @Test
    void textAndAttributesAreEscaped() {
        assertThat(new Markup().element("p", "a<b&\u0000\"", "title", "\"x\">").toString())
                .isEqualTo("<p title=\"&quot;x&quot;&gt;\">a&lt;b&amp;?&quot;</p>\n");
    }

    @Test
    void anOpenElementIsNoDocument() {
        assertThatThrownBy(() -> new Markup().open("p").toString())
                .isInstanceOf(IllegalStateException.class)
                .hasMessageContaining("open elements=[p]");
    }
}
