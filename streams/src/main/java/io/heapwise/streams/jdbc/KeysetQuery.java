package io.heapwise.streams.jdbc;

import java.util.ArrayList;
import java.util.List;
import java.util.StringJoiner;
import org.jspecify.annotations.Nullable;

/**
 * The statement of one page. Invariant: values are bound, never part of the text; the text consists of the user's select, names that
 * were checked, and what is written here.
 *
 * @param sql the text
 * @param values what is bound behind the parameters of the select, in order; the number of rows comes last
 */
record KeysetQuery(String sql, List<Object> values) {
    /*
     * For keys a, b, c behind values x, y, z:  a > x  or  a = x and b > y  or  a = x and b = y and c > z,  since few databases compare rows
     * of columns, and none with more than one direction. A database that uses an index for such an "or" is rare, too: so it gets
     * "a >= x and" before it, which follows from it and leads straight to the place.
     *
     * Nulls come last, in each direction, because "case when a is null" is ordered before the column: databases differ in where they put them.
     * Then what is behind x is also what is null; behind null is nothing; and what is equal to null "is null".
     */
    static KeysetQuery of(String select, List<JdbcKey> keys, @Nullable JdbcPosition after, RowLimit limit) {
        List<Object> values = new ArrayList<>();
        StringBuilder sql = begin(select);
        if (after != null) {
            sql.append(" where ").append(behind(keys, after, values));
        }
        StringJoiner order = new StringJoiner(", ", " order by ", limit.clause);
        for (JdbcKey key : keys) {
            if (key.isNullable()) {
                order.add("case when " + key.column() + " is null then 1 else 0 end");
            }
            order.add(key.column() + (key.isDescending() ? " desc" : ""));
        }
        return new KeysetQuery(sql.append(order).toString(), values);
    }

    /** Finds a row that would never be seen: one without a value for a key that should have one. */
    static KeysetQuery forNulls(String select, List<JdbcKey> keys, RowLimit limit) {
        StringJoiner nulls = new StringJoiner(" or ", " where ", "");
        for (JdbcKey key : keys) {
            nulls.add(key.column() + " is null");
        }
        String order = limit == RowLimit.OFFSET_FETCH ? " order by 1" : "";
        return new KeysetQuery(
                begin(select).append(nulls).append(order).append(limit.clause).toString(), List.of());
    }

    /** On lines of its own: a select may end with a comment. */
    private static StringBuilder begin(String select) {
        return new StringBuilder("select * from (\n").append(select).append("\n) hw");
    }

    private static String behind(List<JdbcKey> keys, JdbcPosition after, List<Object> values) {
        String guard = "";
        if (keys.size() > 1 && !keys.get(0).isNullable()) {
            JdbcKey first = keys.get(0);
            guard = first.column() + (first.isDescending() ? " <= ?" : " >= ?") + " and ";
            values.add(value(first, after, 0));
        }
        StringJoiner branches = new StringJoiner(" or ", guard + "(", ")").setEmptyValue("1 = 0");
        for (int i = 0; i < keys.size(); i++) {
            JdbcKey key = keys.get(i);
            if (after.value(i) == null && key.isNullable()) {
                continue;
            }
            StringJoiner branch = new StringJoiner(" and ", "(", ")");
            for (int j = 0; j < i; j++) {
                Object equal = after.value(j);
                branch.add(keys.get(j).column() + (equal == null ? " is null" : " = ?"));
                if (equal != null) {
                    values.add(equal);
                }
            }
            String greater = key.column() + (key.isDescending() ? " < ?" : " > ?");
            branch.add(key.isNullable() ? "(" + greater + " or " + key.column() + " is null)" : greater);
            values.add(value(key, after, i));
            branches.add(branch.toString());
        }
        return branches.toString();
    }

    private static Object value(JdbcKey key, JdbcPosition after, int index) {
        Object value = after.value(index);
        if (value == null) {
            throw new IllegalStateException(nullMessage(key));
        }
        return value;
    }

    static String nullMessage(JdbcKey key) {
        return "key " + key.column()
                + "=null (expected a value in each row): say that it is nullable(), or leave out such rows in the select";
    }
}
