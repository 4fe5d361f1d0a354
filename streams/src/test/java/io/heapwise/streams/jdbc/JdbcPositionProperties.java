package io.heapwise.streams.jdbc;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

import java.math.BigDecimal;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.LocalTime;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.util.List;
import java.util.UUID;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Example;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;

class JdbcPositionProperties {
    @Provide
    Arbitrary<List<Object>> values() {
        Arbitrary<LocalDateTime> times = Arbitraries.longs()
                .between(-100_000_000_000L, 100_000_000_000L)
                .map(s -> LocalDateTime.ofEpochSecond(s, 7, ZoneOffset.UTC));
        return Arbitraries.oneOf(List.of(
                        Arbitraries.integers().map(value -> (Object) value),
                        Arbitraries.longs().map(value -> (Object) value),
                        Arbitraries.shorts().map(value -> (Object) value),
                        Arbitraries.bytes().map(value -> (Object) value),
                        Arbitraries.bigIntegers().map(value -> (Object) value),
                        Arbitraries.bigDecimals().map(value -> (Object) value),
                        Arbitraries.doubles().map(value -> (Object) value),
                        Arbitraries.floats().map(value -> (Object) value),
                        Arbitraries.of(true, false).map(value -> (Object) value),
                        Arbitraries.strings().map(value -> (Object) value),
                        Arbitraries.longs().map(value -> (Object) new UUID(value, ~value)),
                        times.map(value -> (Object) value),
                        times.map(LocalDateTime::toLocalDate).map(value -> (Object) value),
                        times.map(LocalDateTime::toLocalTime).map(value -> (Object) value),
                        times.map(time -> (Object) time.atOffset(ZoneOffset.ofHours(-7))),
                        Arbitraries.bytes().array(byte[].class).map(value -> (Object) value)))
                .injectNull(0.1)
                .list()
                .ofMaxSize(5);
    }

    @Property
    void whatIsWrittenIsReadAgain(@ForAll("values") List<Object> values) {
        JdbcPosition position = new JdbcPosition(values.toArray());
        JdbcPosition read = JdbcPosition.read(position.write());
        assertThat(read).isEqualTo(position).hasSameHashCodeAs(position);
        for (int i = 0; i < values.size(); i++) {
            assertThat(read.value(i)).isEqualTo(values.get(i));
        }
    }

    @Property
    void anotherTextIsRefusedOrReadButNeverMore(@ForAll String text) {
        try {
            JdbcPosition.read(text).write();
        } catch (IllegalArgumentException refused) {
            assertThat(refused).hasMessageContaining("give it unchanged");
        }
    }

    @Example
    void equalIsWhatADatabaseCallsSo() {
        assertThat(new JdbcPosition(new BigDecimal("1.0")))
                .isEqualTo(new JdbcPosition(new BigDecimal("1.00")))
                .hasSameHashCodeAs(new JdbcPosition(new BigDecimal("1.00")))
                .isNotEqualTo(new JdbcPosition(new BigDecimal("1.01")))
                .isNotEqualTo(new JdbcPosition(1, 1));
        OffsetDateTime noon = OffsetDateTime.of(LocalDate.EPOCH, LocalTime.NOON, ZoneOffset.UTC);
        assertThat(new JdbcPosition(noon))
                .isEqualTo(new JdbcPosition(noon.withOffsetSameInstant(ZoneOffset.ofHours(2))))
                .hasSameHashCodeAs(new JdbcPosition(noon.withOffsetSameInstant(ZoneOffset.ofHours(2))));
        assertThat(new JdbcPosition(new Object[] {new byte[] {1}}))
                .isEqualTo(new JdbcPosition(new Object[] {new byte[] {1}}));
        assertThat(new JdbcPosition(new Object[] {null})).isNotEqualTo(new JdbcPosition(0));
    }

    @Example
    void aTypeThatCannotBeWrittenIsNamed() {
        assertThatIllegalStateException()
                .isThrownBy(() -> new JdbcPosition(new StringBuilder()).write())
                .withMessageContaining("java.lang.StringBuilder");
        assertThatIllegalArgumentException().isThrownBy(() -> JdbcPosition.read("x1:1"));
        assertThatIllegalArgumentException().isThrownBy(() -> JdbcPosition.read("i9:1"));
    }
}
