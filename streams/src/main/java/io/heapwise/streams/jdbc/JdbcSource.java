package io.heapwise.streams.jdbc;

import io.heapwise.streams.PageSource;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * One page a connection. Invariant: a page ends before a row whose keys are others than those of its last one, or it fails; and
 * whatever was opened for a page is closed with it.
 *
 * @param parameters of the select
 * @param timeoutSeconds of a statement; 0 for none
 */
record JdbcSource<T>(
        JdbcConnections connections,
        String select,
        List<@Nullable Object> parameters,
        List<JdbcKey> keys,
        RowLimit rowLimit,
        int timeoutSeconds,
        JdbcRow<T> row)
        implements PageSource<T, JdbcPosition> {
    @Override
    public Slice<T, JdbcPosition> fetch(@Nullable JdbcPosition position, int limit) throws SQLException {
        // One row more than is wanted: it says whether there is another page, and whether that would begin with the
        // same keys.
        int wanted = Math.min(limit, Integer.MAX_VALUE - 1);
        KeysetQuery query = KeysetQuery.of(select, keys, position, rowLimit);
        try (Connection connection = Objects.requireNonNull(connections.open(), "connection")) {
            List<T> items = new ArrayList<>();
            List<JdbcPosition> positions = new ArrayList<>();
            boolean hasMore = false;
            List<JdbcKey> doubtful = List.of();
            try (PreparedStatement statement = connection.prepareStatement(query.sql())) {
                bind(statement, query, wanted + 1);
                statement.setFetchSize(wanted + 1);
                try (ResultSet rows = statement.executeQuery()) {
                    KeyReader reader = new KeyReader(rows, keys);
                    JdbcPosition before = position;
                    while (!hasMore && rows.next()) {
                        JdbcPosition here = reader.read();
                        requireOther(here, before);
                        before = here;
                        if (items.size() == wanted) {
                            hasMore = true;
                        } else {
                            positions.add(here);
                            items.add(Objects.requireNonNull(row.map(rows), "item of a row"));
                        }
                    }
                    if (position == null) {
                        doubtful = reader.doubtful();
                    }
                }
            }
            if (!doubtful.isEmpty()) {
                requireNoNulls(connection, doubtful);
            }
            return Slice.of(items, hasMore ? positions.get(wanted - 1) : null, positions::get);
        }
    }

    private void requireOther(JdbcPosition here, @Nullable JdbcPosition before) {
        if (here.equals(before)) {
            throw new IllegalStateException("keys=" + here + " of two rows (expected others in each row): "
                    + "rows would be lost between pages; add a unique column to the keys, as the last one");
        }
    }

    /** Rows whose key is null are behind nothing, and would be left out without a word. */
    private void requireNoNulls(Connection connection, List<JdbcKey> doubtful) throws SQLException {
        KeysetQuery query = KeysetQuery.forNulls(select, doubtful, rowLimit);
        try (PreparedStatement statement = connection.prepareStatement(query.sql())) {
            bind(statement, query, 1);
            try (ResultSet rows = statement.executeQuery()) {
                if (rows.next()) {
                    new KeyReader(rows, doubtful).read(); // says which
                }
            }
        }
    }

    private void bind(PreparedStatement statement, KeysetQuery query, int rows) throws SQLException {
        if (timeoutSeconds > 0) {
            statement.setQueryTimeout(timeoutSeconds);
        }
        int index = 1;
        for (Object parameter : parameters) {
            statement.setObject(index++, parameter);
        }
        for (Object value : query.values()) {
            statement.setObject(index++, value);
        }
        statement.setInt(index, rows);
    }

    @Override
    public String kind() {
        return "jdbc";
    }

    @Override
    public String write(JdbcPosition position) {
        return order() + position.write();
    }

    @Override
    public JdbcPosition read(String text) {
        String order = order();
        JdbcPosition position = text.startsWith(order) ? JdbcPosition.read(text.substring(order.length())) : null;
        if (position == null || position.size() != keys.size()) {
            throw new IllegalArgumentException("keys=" + text + " (expected of the order " + keys
                    + "): a checkpoint leads on only in the order it was made in");
        }
        return position;
    }

    /** Keys and directions, as a short name. */
    private String order() {
        StringBuilder order = new StringBuilder();
        for (JdbcKey key : keys) {
            order.append(key.column()).append(key.isDescending() ? '-' : '+').append(key.isNullable() ? '?' : '!');
        }
        return Integer.toHexString(Arrays.hashCode(order.toString().toCharArray())) + ";";
    }
}
