package io.heapwise.streams.jdbc;

import static org.assertj.core.api.Assertions.assertThat;

import io.heapwise.streams.PageIterator;
import io.heapwise.streams.Pages;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Random;
import java.util.Set;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;

/** In any order by two keys that may be null, and a unique one: each row once, also if reading stops and others write meanwhile. */
class JdbcPagesProperties {
    private static final JdbcRow<Integer> ID = row -> row.getInt("id");

    private record Row(Integer a, Integer b, int id) {}

    private static Row row(Random random, int id) {
        return new Row(
                random.nextInt(4) == 0 ? null : random.nextInt(3),
                random.nextInt(3) == 0 ? null : random.nextInt(2),
                id);
    }

    private static void insert(Database database, List<Row> rows) throws SQLException {
        try (Connection connection = database.open();
                PreparedStatement statement = connection.prepareStatement("insert into abc values (?, ?, ?)")) {
            for (Row row : rows) {
                statement.setObject(1, row.a);
                statement.setObject(2, row.b);
                statement.setInt(3, row.id);
                statement.addBatch();
            }
            statement.executeBatch();
        }
    }

    private static JdbcKey key(String column, boolean isDescending) {
        return isDescending ? JdbcKey.descending(column) : JdbcKey.ascending(column);
    }

    private static <T extends Comparable<T>> Comparator<T> order(boolean isDescending) {
        return Comparator.nullsLast(isDescending ? Comparator.<T>reverseOrder() : Comparator.<T>naturalOrder());
    }

    @Property(tries = 150)
    void eachRowComesOnceInOrder(
            @ForAll Database database,
            @ForAll boolean aDown,
            @ForAll boolean bDown,
            @ForAll boolean idDown,
            @ForAll @IntRange(max = 40) int count,
            @ForAll @IntRange(min = 1, max = 12) int limit,
            @ForAll @IntRange(min = 1, max = 60) int cut,
            @ForAll Random random)
            throws SQLException {
        List<Row> rows = table(database, count, random);
        Pages<Integer> pages = pages(database, aDown, bDown, idDown, limit);
        List<Integer> expected = rows.stream()
                .sorted(Comparator.comparing(Row::a, order(aDown))
                        .thenComparing(Row::b, order(bDown))
                        .thenComparing(Row::id, order(idDown)))
                .map(Row::id)
                .toList();
        List<Integer> read = new ArrayList<>();
        String checkpoint;
        try (PageIterator<Integer> iterator = pages.iterator()) {
            while (read.size() < cut && iterator.hasNext()) {
                read.add(iterator.next());
            }
            checkpoint = iterator.checkpoint();
        }
        pages.prefetch(1, Runnable::run).startingAt(checkpoint).forEach(read::add);
        assertThat(read).isEqualTo(expected);
    }

    @Property(tries = 100)
    void whatStaysComesOnceWhateverOthersWrite(
            @ForAll Database database,
            @ForAll boolean aDown,
            @ForAll boolean bDown,
            @ForAll boolean idDown,
            @ForAll @IntRange(max = 30) int count,
            @ForAll @IntRange(min = 1, max = 6) int limit,
            @ForAll Random random)
            throws SQLException {
        List<Row> rows = table(database, count, random);
        Set<Integer> staying = new HashSet<>();
        rows.forEach(row -> staying.add(row.id));
        List<Integer> read = new ArrayList<>();
        int added = 1_000;
        try (PageIterator<List<Integer>> iterator =
                pages(database, aDown, bDown, idDown, limit).pages()) {
            while (iterator.hasNext()) {
                read.addAll(iterator.next());
                int gone = random.nextInt(count);
                database.run("delete from abc where id = ?", gone);
                staying.remove(gone);
                if (added < 1_010) {
                    insert(database, List.of(row(random, added++), row(random, -added)));
                }
            }
        }
        assertThat(read).doesNotHaveDuplicates().containsAll(staying);
    }

    private static List<Row> table(Database database, int count, Random random) throws SQLException {
        database.run("drop table if exists abc", "create table abc (a int, b int, id int primary key)");
        List<Row> rows = new ArrayList<>();
        for (int id = 0; id < count; id++) {
            rows.add(row(random, id));
        }
        insert(database, rows);
        return rows;
    }

    private static Pages<Integer> pages(Database database, boolean aDown, boolean bDown, boolean idDown, int limit) {
        return JdbcPages.select(database::open, "select * from abc")
                .orderBy(key("a", aDown).nullable(), key("b", bDown).nullable(), key("id", idDown))
                .rows(limit, ID);
    }
}
