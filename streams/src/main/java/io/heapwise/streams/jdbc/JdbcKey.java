package io.heapwise.streams.jdbc;

import java.util.Objects;
import java.util.regex.Pattern;

/**
 * A column that rows are ordered by.
 *
 * @param column its name as it stands in SQL: letters, digits and underscores, or any name in double quotes or backticks
 * @param isDescending whether greater values come first
 * @param isNullable whether it may be null; such rows come last, whatever the direction
 * @since 0.1.0
 */
public record JdbcKey(String column, boolean isDescending, boolean isNullable) {
    /** What can be put into a statement without becoming something else: a quote in a quoted name must be doubled. */
    private static final Pattern NAME =
            Pattern.compile("[A-Za-z_][A-Za-z0-9_$]{0,127}|\"(?:[^\"\\x00]|\"\"){1,128}\"|`(?:[^`\\x00]|``){1,128}`");

    /**
     * A column.
     *
     * @param column its name
     * @param isDescending whether greater values come first
     * @param isNullable whether it may be null
     * @throws IllegalArgumentException if that is no name
     */
    public JdbcKey {
        requireName("column", column);
    }

    /**
     * A column that is never null, the least value first.
     *
     * @param column its name
     * @return the key
     * @throws IllegalArgumentException if that is no name
     */
    public static JdbcKey ascending(String column) {
        return new JdbcKey(column, false, false);
    }

    /**
     * A column that is never null, the greatest value first.
     *
     * @param column its name
     * @return the key
     * @throws IllegalArgumentException if that is no name
     */
    public static JdbcKey descending(String column) {
        return new JdbcKey(column, true, false);
    }

    /**
     * The same, but may be null. That costs: databases find no index for the order that puts nulls last in all of them.
     *
     * @return the key
     */
    public JdbcKey nullable() {
        return new JdbcKey(column, isDescending, true);
    }

    /** What the driver calls the column. */
    String label() {
        char quote = column.charAt(0);
        if (quote != '"' && quote != '`') {
            return column;
        }
        String mark = String.valueOf(quote);
        return column.substring(1, column.length() - 1).replace(mark + mark, mark);
    }

    static void requireName(String what, String name) {
        if (!NAME.matcher(Objects.requireNonNull(name, what)).matches()) {
            throw new IllegalArgumentException(
                    what + "=" + name
                            + " (expected letters, digits and underscores, or a quoted name): give the name of a column or table alone");
        }
    }
}
