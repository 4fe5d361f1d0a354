package io.heapwise.demo.child;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.heapwise.demo.Outcome;
import io.heapwise.demo.Sample;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class MessageTest {

    @Test
    void aSampleIsReadAsItWasWritten() {
        Message sample = new Message.Progress(new Sample(1, 2, -1, 4, 5, 6, 7));
        assertThat(sample.line()).isEqualTo("@sample 1 2 -1 4 5 6 7");
        assertThat(Message.read(sample.line())).contains(sample);
    }

    @Test
    void anEndIsReadAsItWasWritten() {
        Message end = new Message.End(Outcome.OUT_OF_MEMORY, "Java heap space");
        assertThat(Message.read(end.line())).contains(end);
        assertThat(Message.read("@end FINISHED")).contains(new Message.End(Outcome.FINISHED, ""));
    }

    @Test
    void aDetailOfSeveralLinesStaysOnOne() {
        assertThat(new Message.End(Outcome.DIED, "one\ntwo").line()).isEqualTo("@end DIED one two");
    }

    @Test
    void otherOutputIsNoMessage() {
        assertThat(Message.read("OpenJDK 64-Bit Server VM warning: something")).isEmpty();
        assertThat(Message.read("")).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"@sample 1 2 3", "@sample 1 2 3 4 5 6 x", "@sample 1 2 3 4 5 6 7 8", "@end ", "@end PERHAPS well"
            })
    void aBrokenMessageIsRefusedWithItsLine(String line) {
        assertThatThrownBy(() -> Message.read(line))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("line=\"" + line + "\" (expected ");
    }
}
