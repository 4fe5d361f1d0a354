package io.heapwise.streams.jdbc;

import io.heapwise.streams.Pages;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.regex.Pattern;
import javax.sql.DataSource;
import org.jspecify.annotations.Nullable;

/**
 * The rows of a query, page by page behind the keys of the last row: however many rows there are, each page costs what the first one did,
 * and no connection is held between pages.
 *
 * <pre>{@code
 * Pages<Order> open = JdbcPages.select(dataSource, "select id, due, total from orders where state = ?", "OPEN")
 *         .orderBy(JdbcKey.descending("due"), JdbcKey.ascending("id"))
 *         .rows(500, row -> new Order(row.getLong("id"), row.getBigDecimal("total")));
 * open.prefetch(1).forEach(this::remind);
 * }</pre>
 *
 * <p><b>Keys must be unique together</b>: add the primary key as the last one. Two rows with the same keys fail the page on which they
 * meet, or which ends between them. That is seen by the values as the driver gives them: where a collation calls different
 * texts equal, it is not. The key columns must be among those of the select, and an index of them, in that order, makes pages fast.
 *
 * <p><b>Nulls</b> come last, in both directions, in columns that are said to be {@link JdbcKey#nullable}. Where others have any the first page
 * fails: for a column that the database does not know to be {@code not null}, that is one more query, before the first row is given.
 *
 * <p><b>Changes meanwhile.</b> Each page is a statement on a connection of its own, and sees what is there then. A row that stays, and whose keys
 * stay, comes exactly once. One that is added comes if it is behind the reader.
 *
 * <p><b>Statements.</b> The select becomes a derived table, ordered and limited outside: an order or limit of its own is not needed. Values are
 * bound. Connections are used as they come, and closed after each page, failed ones too; whoever gives connections without auto-commit
 * should know that nobody commits or rolls back here. A page is retried on another connection.
 *
 * <p>Immutable and thread-safe, as far as the source of connections is.
 *
 * @since 0.1.0
 */
public final class JdbcPages {
    private static final Pattern END = Pattern.compile(";\\s*$");

    private final JdbcConnections connections;
    private final String select;
    private final List<@Nullable Object> parameters;
    private final List<JdbcKey> keys;
    private final RowLimit rowLimit;
    private final int timeoutSeconds;

    private JdbcPages(
            JdbcConnections connections,
            String select,
            List<@Nullable Object> parameters,
            List<JdbcKey> keys,
            RowLimit rowLimit,
            int timeoutSeconds) {
        this.connections = connections;
        this.select = select;
        this.parameters = parameters;
        this.keys = keys;
        this.rowLimit = rowLimit;
        this.timeoutSeconds = timeoutSeconds;
    }

    /**
     * The rows of a select.
     *
     * @param dataSource gives a connection for each page
     * @param select any select that can be a derived table: its columns have different names, among them those of the keys. It is part
     *     of the statement as it stands, and must not be made of what somebody typed: that is what parameters are for.
     * @param parameters the values of its question marks
     * @return pages that need an order yet
     * @throws IllegalArgumentException if the select is blank, or ends with a semicolon
     */
    public static JdbcPages select(DataSource dataSource, String select, @Nullable Object... parameters) {
        return select(Objects.requireNonNull(dataSource, "dataSource")::getConnection, select, parameters);
    }

    /**
     * The rows of a select, on connections from anywhere.
     *
     * @param connections gives a connection for each page
     * @param select any select that can be a derived table: see {@link #select(DataSource, String, Object...)}
     * @param parameters the values of its question marks
     * @return pages that need an order yet
     * @throws IllegalArgumentException if the select is blank, or ends with a semicolon
     */
    public static JdbcPages select(JdbcConnections connections, String select, @Nullable Object... parameters) {
        Objects.requireNonNull(connections, "connections");
        if (select.isBlank() || END.matcher(select).find()) {
            throw new IllegalArgumentException(
                    "select=" + select + " (expected a select without a semicolon): it becomes a part of another one");
        }
        List<@Nullable Object> copy = new ArrayList<>(); // List.copyOf refuses nulls, and these may be
        for (Object parameter : parameters) {
            copy.add(parameter);
        }
        return new JdbcPages(connections, select, copy, List.of(), RowLimit.LIMIT, 0);
    }

    /**
     * All rows of a table.
     *
     * @param dataSource gives a connection for each page
     * @param table its name as it stands in SQL, perhaps behind those of a catalog and schema and dots
     * @return pages that need an order yet
     * @throws IllegalArgumentException if that is no name
     */
    public static JdbcPages table(DataSource dataSource, String table) {
        for (String name : table.split("\\.(?=(?:[^\"]*\"[^\"]*\")*[^\"]*$)", -1)) {
            JdbcKey.requireName("table", name);
        }
        return select(dataSource, "select * from " + table);
    }

    /**
     * What rows are ordered by, and found again.
     *
     * @param keys one or more columns, unique together
     * @return pages in this order
     * @throws IllegalArgumentException if there is none, or one twice
     */
    public JdbcPages orderBy(JdbcKey... keys) {
        List<JdbcKey> copy = List.of(keys);
        long different = copy.stream().map(JdbcKey::column).distinct().count();
        if (copy.isEmpty() || different < copy.size()) {
            throw new IllegalArgumentException(
                    "keys=" + copy + " (expected one or more, each once): give columns that are unique together");
        }
        return new JdbcPages(connections, select, parameters, copy, rowLimit, timeoutSeconds);
    }

    /**
     * How the database is told how many rows are wanted.
     *
     * @param rowLimit {@link RowLimit#LIMIT} unless set
     * @return pages that say it so
     */
    public JdbcPages limitedBy(RowLimit rowLimit) {
        Objects.requireNonNull(rowLimit, "rowLimit");
        return new JdbcPages(connections, select, parameters, keys, rowLimit, timeoutSeconds);
    }

    /**
     * How long the database may take for a page.
     *
     * @param timeout rounded up to seconds; any time unless set
     * @return pages that fail when it takes longer
     * @throws IllegalArgumentException if not positive, or more than the seconds that an {@code int} counts
     */
    public JdbcPages queryTimeout(Duration timeout) {
        long seconds = timeout.getSeconds() + (timeout.getNano() > 0 ? 1 : 0);
        if (seconds < 1 || seconds > Integer.MAX_VALUE) {
            throw new IllegalArgumentException(
                    "timeout=" + timeout + " (expected > 0, in seconds an int): leave it out to wait for any time");
        }
        return new JdbcPages(connections, select, parameters, keys, rowLimit, (int) seconds);
    }

    /**
     * The pages. To have as many rows on each as have a certain size, set {@link Pages#targetBytes}.
     *
     * @param limit how many rows a page has, at least 1; one more is asked for, to see whether another page follows
     * @param row makes an item of a row
     * @param <T> the items
     * @return pages that have fetched nothing yet
     * @throws IllegalArgumentException if the limit is below 1
     * @throws IllegalStateException if there is no order
     */
    public <T> Pages<T> rows(int limit, JdbcRow<T> row) {
        Objects.requireNonNull(row, "row");
        if (keys.isEmpty()) {
            throw new IllegalStateException("keys=[] (expected one or more): say what rows are ordered by");
        }
        return Pages.of(limit, new JdbcSource<>(connections, select, parameters, keys, rowLimit, timeoutSeconds, row));
    }
}
