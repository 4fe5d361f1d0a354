package io.heapwise.streams.jdbc;

import java.math.BigDecimal;
import java.math.BigInteger;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.LocalTime;
import java.time.OffsetDateTime;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Base64;
import java.util.List;
import java.util.UUID;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * The keys of a row. Invariant: equal to another one if a database would say so of values of one column, as far as the driver's types know.
 * Immutable, as long as nobody changes an array in it.
 */
final class JdbcPosition {
    /** How values of a type are written: each is a letter, its length and itself. */
    private record Form(char letter, Class<?> type, Function<String, Object> read) {
        static final List<Form> ALL = List.of(
                new Form('i', Integer.class, Integer::valueOf),
                new Form('l', Long.class, Long::valueOf),
                new Form('s', Short.class, Short::valueOf),
                new Form('b', Byte.class, Byte::valueOf),
                new Form('d', BigDecimal.class, BigDecimal::new),
                new Form('g', BigInteger.class, BigInteger::new),
                new Form('f', Double.class, Double::valueOf),
                new Form('e', Float.class, Float::valueOf),
                new Form('o', Boolean.class, Boolean::valueOf),
                new Form('t', String.class, text -> text),
                new Form('u', UUID.class, UUID::fromString),
                new Form('a', LocalDate.class, LocalDate::parse),
                new Form('h', LocalTime.class, LocalTime::parse),
                new Form('m', LocalDateTime.class, LocalDateTime::parse),
                new Form('z', OffsetDateTime.class, OffsetDateTime::parse),
                new Form('y', byte[].class, Base64.getDecoder()::decode));

        static Form of(char letter) {
            for (Form form : ALL) {
                if (form.letter == letter) {
                    return form;
                }
            }
            throw new IllegalArgumentException("letter=" + letter + " (expected that of a type): give it unchanged");
        }

        static Form of(Object value) {
            for (Form form : ALL) {
                if (form.type.isInstance(value)) {
                    return form;
                }
            }
            throw new IllegalStateException(
                    "key of " + value.getClass()
                            + " cannot be written (expected a number, text, date, time, UUID or bytes): cast the column in the select");
        }
    }

    private final @Nullable Object[] values;

    JdbcPosition(@Nullable Object... values) {
        this.values = values;
    }

    @Nullable Object value(int index) {
        return values[index];
    }

    int size() {
        return values.length;
    }

    String write() {
        StringBuilder text = new StringBuilder();
        for (Object value : values) {
            if (value == null) {
                text.append('n');
                continue;
            }
            Form form = Form.of(value);
            String written =
                    value instanceof byte[] bytes ? Base64.getEncoder().encodeToString(bytes) : value.toString();
            text.append(form.letter).append(written.length()).append(':').append(written);
        }
        return text.toString();
    }

    static JdbcPosition read(String text) {
        List<@Nullable Object> values = new ArrayList<>();
        int at = 0;
        try {
            while (at < text.length()) {
                char letter = text.charAt(at++);
                if (letter == 'n') {
                    values.add(null);
                    continue;
                }
                int colon = text.indexOf(':', at);
                int end = Math.addExact(colon + 1, Integer.parseInt(text.substring(at, colon)));
                values.add(Form.of(letter).read.apply(text.substring(colon + 1, end)));
                at = end;
            }
        } catch (RuntimeException malformed) {
            throw new IllegalArgumentException(
                    "keys=" + text + " (expected what was written): give it unchanged", malformed);
        }
        return new JdbcPosition(values.toArray());
    }

    @Override
    public boolean equals(@Nullable Object other) {
        if (!(other instanceof JdbcPosition that) || values.length != that.values.length) {
            return false;
        }
        for (int i = 0; i < values.length; i++) {
            if (!areEqual(values[i], that.values[i])) {
                return false;
            }
        }
        return true;
    }

    /** To a database 1.0 is 1.00, and the same moment is the same in each zone. */
    private static boolean areEqual(@Nullable Object one, @Nullable Object other) {
        if (one instanceof BigDecimal a && other instanceof BigDecimal b) {
            return a.compareTo(b) == 0;
        }
        if (one instanceof OffsetDateTime a && other instanceof OffsetDateTime b) {
            return a.isEqual(b);
        }
        return Arrays.deepEquals(new @Nullable Object[] {one}, new @Nullable Object[] {other});
    }

    @Override
    public int hashCode() {
        int hash = values.length;
        for (Object value : values) {
            Object same = value instanceof BigDecimal decimal
                    ? decimal.stripTrailingZeros()
                    : value instanceof OffsetDateTime moment ? moment.toInstant() : value;
            hash = 31 * hash + Arrays.deepHashCode(new @Nullable Object[] {same});
        }
        return hash;
    }

    @Override
    public String toString() {
        String shown = Arrays.deepToString(values);
        return shown.length() <= 200 ? shown : shown.substring(0, 200) + "...";
    }
}
