package io.heapwise.streams.jdbc;

import java.sql.ResultSet;
import java.sql.ResultSetMetaData;
import java.sql.SQLException;
import java.sql.Types;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.LocalTime;
import java.time.OffsetDateTime;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * Reads the keys of the row that a result set stands on. Invariant: a key that is bound again finds its own row.
 */
final class KeyReader {
    /*
     * Dates and times are read as the types of java.time: as java.sql.Timestamp a time that the JVM's own zone leaves out in spring would
     * become another one, and java.sql.Time has no microseconds: rows between what was read and what is bound would be lost.
     */
    private final ResultSet rows;
    private final List<JdbcKey> keys;
    private final int[] columns;
    private final @Nullable Class<?>[] types;

    KeyReader(ResultSet rows, List<JdbcKey> keys) throws SQLException {
        this.rows = rows;
        this.keys = keys;
        columns = new int[keys.size()];
        types = new @Nullable Class<?>[keys.size()];
        for (int i = 0; i < columns.length; i++) {
            columns[i] = rows.findColumn(keys.get(i).label());
            types[i] = type(rows.getMetaData(), columns[i]);
        }
    }

    private static @Nullable Class<?> type(ResultSetMetaData data, int column) throws SQLException {
        String name = data.getColumnTypeName(column);
        // PostgreSQL's driver says TIMESTAMP and TIME of those with a zone, too.
        boolean hasZone = name != null && name.toLowerCase(Locale.ROOT).endsWith("tz");
        return switch (data.getColumnType(column)) {
            case Types.DATE -> LocalDate.class;
            case Types.TIMESTAMP -> hasZone ? OffsetDateTime.class : LocalDateTime.class;
            case Types.TIME -> hasZone ? null : LocalTime.class;
            case Types.TIMESTAMP_WITH_TIMEZONE -> OffsetDateTime.class;
            default -> null;
        };
    }

    JdbcPosition read() throws SQLException {
        @Nullable Object[] values = new @Nullable Object[columns.length];
        for (int i = 0; i < values.length; i++) {
            Class<?> type = types[i];
            values[i] = type == null ? rows.getObject(columns[i]) : rows.getObject(columns[i], type);
            if (values[i] == null && !keys.get(i).isNullable()) {
                throw new IllegalStateException(KeysetQuery.nullMessage(keys.get(i)));
            }
        }
        return new JdbcPosition(values);
    }

    /** Keys that were not said to be nullable, but that the database does not know to have values. */
    List<JdbcKey> doubtful() throws SQLException {
        List<JdbcKey> doubtful = new ArrayList<>();
        for (int i = 0; i < columns.length; i++) {
            if (!keys.get(i).isNullable()
                    && rows.getMetaData().isNullable(columns[i]) != ResultSetMetaData.columnNoNulls) {
                doubtful.add(keys.get(i));
            }
        }
        return doubtful;
    }
}
