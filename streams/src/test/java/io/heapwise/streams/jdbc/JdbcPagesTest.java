package io.heapwise.streams.jdbc;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.heapwise.streams.PageException;
import io.heapwise.streams.PageIterator;
import io.heapwise.streams.Pages;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.SQLTransientException;
import java.time.Duration;
import java.time.LocalDateTime;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.TimeZone;
import java.util.UUID;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

@Timeout(value = 120, unit = TimeUnit.SECONDS)
class JdbcPagesTest {
    private static final JdbcRow<Integer> ID = row -> row.getInt("id");

    /** Ids from 1, and a key that three of them share. */
    private static WatchedDataSource sales(Database database, int rows) {
        database.run(
                "drop table if exists sales",
                "create table sales (id int primary key, amount int not null, note varchar(20))");
        for (int id = 1; id <= rows; id++) {
            database.run("insert into sales values (?, ?, ?)", id, (id - 1) / 3, id % 2 == 0 ? "even" : null);
        }
        return new WatchedDataSource(database::open);
    }

    private static List<Integer> ids(int from, int to) {
        return IntStream.rangeClosed(from, to).boxed().toList();
    }

    @ParameterizedTest
    @EnumSource
    void allRowsComeByAUniqueKey(Database database) {
        WatchedDataSource source = sales(database, 10);
        JdbcPages sales = JdbcPages.table(source, "sales");
        for (int limit = 1; limit <= 11; limit++) {
            assertThat(sales.orderBy(JdbcKey.ascending("id")).rows(limit, ID).stream())
                    .isEqualTo(ids(1, 10));
        }
        source.opened.set(0);
        assertThat(sales.orderBy(JdbcKey.descending("id")).rows(5, ID).stream())
                .containsExactly(10, 9, 8, 7, 6, 5, 4, 3, 2, 1);
        assertThat(source.opened).hasValue(2); // the end needs no page of its own
        assertThat(source.open).isEmpty();
    }

    @ParameterizedTest
    @EnumSource
    void nothingIsOpenedBeforeARowIsAskedForNorHeldBetweenPages(Database database) {
        WatchedDataSource source = sales(database, 5);
        Pages<Integer> pages = JdbcPages.table(source, "sales")
                .orderBy(JdbcKey.ascending("id"))
                .rows(2, ID);
        try (PageIterator<Integer> iterator = pages.iterator()) {
            assertThat(source.opened).hasValue(0);
            iterator.next();
            assertThat(source.opened).hasValue(1);
            assertThat(source.open).isEmpty();
        }
    }

    @ParameterizedTest
    @EnumSource
    void twoKeysGoInTheirOwnDirections(Database database) {
        WatchedDataSource source = sales(database, 8);
        JdbcPages sales = JdbcPages.table(source, "sales");
        for (int limit = 1; limit <= 9; limit++) {
            assertThat(sales.orderBy(JdbcKey.descending("amount"), JdbcKey.ascending("id")).rows(limit, ID).stream())
                    .containsExactly(7, 8, 4, 5, 6, 1, 2, 3);
            assertThat(sales.orderBy(JdbcKey.ascending("amount"), JdbcKey.descending("id")).rows(limit, ID).stream())
                    .containsExactly(3, 2, 1, 6, 5, 4, 8, 7);
        }
    }

    @ParameterizedTest
    @EnumSource
    void aKeyThatIsNotUniqueFailsWhereverPagesEnd(Database database) {
        WatchedDataSource source = sales(database, 6);
        for (int limit = 1; limit <= 7; limit++) {
            Pages<Integer> pages = JdbcPages.table(source, "sales")
                    .orderBy(JdbcKey.ascending("amount"))
                    .rows(limit, ID);
            assertThatExceptionOfType(PageException.class)
                    .isThrownBy(() -> pages.forEach(id -> {}))
                    .withMessageContaining("keys=[0] of two rows (expected others in each row)")
                    .withMessageContaining("add a unique column");
        }
        // Between the pages: only the one after the last shows it.
        database.run("delete from sales where id in (1, 2)");
        Pages<Integer> pages = JdbcPages.table(source, "sales")
                .orderBy(JdbcKey.ascending("amount"))
                .rows(2, ID);
        assertThatExceptionOfType(PageException.class)
                .isThrownBy(() -> pages.forEach(id -> {}))
                .withMessageContaining("keys=[1] of two rows");
        assertThat(source.open).isEmpty();
    }

    @ParameterizedTest
    @EnumSource
    void nullsComeLastInBothDirections(Database database) {
        WatchedDataSource source = sales(database, 7);
        for (int limit = 1; limit <= 8; limit++) {
            for (JdbcKey note : List.of(JdbcKey.ascending("note"), JdbcKey.descending("note"))) {
                assertThat(JdbcPages.table(source, "sales")
                                .orderBy(note.nullable(), JdbcKey.ascending("id"))
                                .rows(limit, ID)
                                .stream())
                        .containsExactly(2, 4, 6, 1, 3, 5, 7);
            }
        }
    }

    @ParameterizedTest
    @EnumSource
    void aNullThatWasNotSaidFailsTheFirstPage(Database database) {
        WatchedDataSource source = sales(database, 9);
        for (JdbcKey note : List.of(JdbcKey.ascending("note"), JdbcKey.descending("note"))) {
            List<Integer> read = new ArrayList<>();
            assertThatExceptionOfType(PageException.class)
                    .isThrownBy(() -> JdbcPages.table(source, "sales")
                            .orderBy(note, JdbcKey.ascending("id"))
                            .rows(2, ID)
                            .forEach(read::add))
                    .withMessageContaining("key note=null (expected a value in each row)");
            assertThat(read).isEmpty();
        }
        assertThat(source.open).isEmpty();
    }

    @Test
    void onlyColumnsInDoubtAreLookedAtForNullsAndOnce() {
        Database database = Database.POSTGRESQL;
        WatchedDataSource source = sales(database, 9);
        JdbcPages.table(source, "sales")
                .orderBy(JdbcKey.ascending("id"))
                .rows(2, ID)
                .forEach(id -> {});
        assertThat(source.statements).hasSize(5).noneMatch(sql -> sql.contains("is null"));
        source.statements.clear();
        database.run("update sales set note = 'none'");
        JdbcPages.table(source, "sales")
                .orderBy(JdbcKey.ascending("note"), JdbcKey.ascending("id"))
                .rows(2, ID)
                .forEach(id -> {});
        assertThat(source.statements)
                .hasSize(6)
                .filteredOn(sql -> sql.contains("where note is null"))
                .hasSize(1);
    }

    @ParameterizedTest
    @EnumSource
    void theUsersSelectIsADerivedTableAndItsValuesAreBound(Database database) {
        WatchedDataSource source = sales(database, 9);
        Pages<String> pages = JdbcPages.select(
                        source,
                        "select id as n, amount * 2 as twice from sales where amount >= ? and id <> ? -- the rest",
                        1,
                        5)
                .orderBy(JdbcKey.ascending("twice"), JdbcKey.descending("n"))
                .queryTimeout(Duration.ofMillis(30_500))
                .rows(2, row -> row.getInt("n") + "/" + row.getInt("twice"));
        assertThat(pages.stream()).containsExactly("6/2", "4/2", "9/4", "8/4", "7/4");
        assertThat(source.statements)
                .first()
                .asString()
                .isEqualTo(
                        "select * from (\nselect id as n, amount * 2 as twice from sales where amount >= ? and id <> ?"
                                + " -- the rest\n) hw order by twice, n desc limit ?");
        assertThat(source.statements)
                .last()
                .asString()
                .endsWith(
                        ") hw where twice >= ? and ((twice > ?) or (twice = ? and n < ?)) order by twice, n desc limit ?");
        Pages<Integer> none = JdbcPages.select(source, "select id from sales where note = ?", new Object[] {null})
                .orderBy(JdbcKey.ascending("id"))
                .rows(2, ID);
        assertThat(none.stream()).isEmpty();
    }

    @ParameterizedTest
    @EnumSource
    void rowsMayBeLimitedAsTheStandardHasIt(Database database) {
        WatchedDataSource source = sales(database, 5);
        for (RowLimit limit : List.of(RowLimit.FETCH_FIRST, RowLimit.OFFSET_FETCH)) {
            assertThat(
                            JdbcPages.table(source, "sales")
                                    .orderBy(JdbcKey.ascending("id"))
                                    .limitedBy(limit)
                                    .rows(2, ID)
                                    .stream())
                    .isEqualTo(ids(1, 5));
            // Keys in doubt: one more statement with a limit.
            assertThat(JdbcPages.select(source, "select id, id + 0 as k from sales")
                            .orderBy(JdbcKey.ascending("k"))
                            .limitedBy(limit)
                            .rows(2, ID)
                            .stream())
                    .isEqualTo(ids(1, 5));
        }
    }

    @Test
    void anIndexLeadsToThePage() throws SQLException {
        Database database = Database.POSTGRESQL;
        database.run(
                "drop table if exists long_sales",
                "create table long_sales (id int primary key, amount int not null)",
                "insert into long_sales select i, i / 3 from generate_series(1, 20000) i",
                "create index on long_sales (amount desc, id)",
                "analyze long_sales");
        KeysetQuery query = KeysetQuery.of(
                "select * from long_sales",
                List.of(JdbcKey.descending("amount"), JdbcKey.ascending("id")),
                new JdbcPosition(5_000, 15_001),
                RowLimit.LIMIT);
        StringBuilder plan = new StringBuilder();
        try (Connection connection = database.open();
                PreparedStatement statement = connection.prepareStatement("explain " + query.sql())) {
            for (int i = 0; i < query.values().size(); i++) {
                statement.setObject(i + 1, query.values().get(i));
            }
            statement.setInt(query.values().size() + 1, 100);
            try (ResultSet rows = statement.executeQuery()) {
                while (rows.next()) {
                    plan.append(rows.getString(1)).append('\n');
                }
            }
        }
        assertThat(plan.toString()).contains("Index Cond: (amount <= 5000)").doesNotContain("Sort", "Seq Scan");
    }

    @ParameterizedTest
    @EnumSource
    void quotedNamesAreTakenAsTheyAre(Database database) {
        database.run(
                "drop table if exists \"Odd \"\"Name\"",
                "create table \"Odd \"\"Name\" (\"select\" int primary key)",
                "insert into \"Odd \"\"Name\" values (1), (2), (3)");
        assertThat(JdbcPages.table(new WatchedDataSource(database::open), "\"Odd \"\"Name\"")
                        .orderBy(JdbcKey.descending("\"select\""))
                        .rows(1, row -> row.getInt(1))
                        .stream())
                .containsExactly(3, 2, 1);
    }

    @ParameterizedTest
    @EnumSource
    void deletionsAndInsertionsBetweenPagesLoseNothing(Database database) {
        WatchedDataSource source = sales(database, 9);
        List<Integer> read = new ArrayList<>();
        try (PageIterator<Integer> iterator = JdbcPages.table(source, "sales")
                .orderBy(JdbcKey.ascending("id"))
                .rows(3, ID)
                .iterator()) {
            while (iterator.hasNext()) {
                int id = iterator.next();
                read.add(id);
                if (id == 3) { // the one to go on from, one before it, one that would come next, and one before and
                    // behind
                    database.run(
                            "delete from sales where id in (1, 3, 4)",
                            "insert into sales values (0, 0, null)",
                            "insert into sales values (50, 0, null)");
                }
            }
        }
        assertThat(read).containsExactly(1, 2, 3, 5, 6, 7, 8, 9, 50);
    }

    // ---- failures ---------------------------------------------------------------------------------------------------

    /** Each so many calls fail: more than a page makes, or it would never come. */
    @ParameterizedTest
    @CsvSource({
        "getConnection, 3",
        "prepareStatement, 3",
        "setFetchSize, 2",
        "executeQuery, 3",
        "setObject, 7",
        "next, 6",
        "getObject, 7",
        "close, 10"
    })
    void eachPlaceMayFailAndNothingStaysOpen(String place, int failsEach) {
        for (Database database : Database.values()) {
            WatchedDataSource source = sales(database, 9);
            Pages<Integer> pages = JdbcPages.select(source, "select * from sales where id >= ?", 0)
                    .orderBy(JdbcKey.ascending("amount"), JdbcKey.ascending("id"))
                    .rows(2, ID);
            source.failing = place;
            source.failsEach = failsEach;
            List<Integer> read = new ArrayList<>();
            PageException failure = null;
            int failures = -1;
            do {
                Pages<Integer> rest = failure == null ? pages : pages.startingAt(failure.checkpoint());
                failure = catchThrowableOfType(PageException.class, () -> rest.forEach(read::add));
                assertThat(source.open).isEmpty();
                assertThat(++failures).as("%s", failure).isLessThan(50);
            } while (failure != null);
            assertThat(read).isEqualTo(ids(1, 9));
            assertThat(failures).isPositive();
        }
    }

    @ParameterizedTest
    @EnumSource
    void everyOtherFetchFailsAndIsRetried(Database database) {
        // H2 says of no column of a derived table that it has values, so its first page is two queries.
        for (String place :
                database == Database.H2 ? List.of("getConnection") : List.of("getConnection", "executeQuery")) {
            WatchedDataSource source = sales(database, 9);
            source.failing = place;
            source.failsEach = 2;
            Pages<Integer> pages = JdbcPages.table(source, "sales")
                    .orderBy(JdbcKey.ascending("id"))
                    .rows(2, ID)
                    .retry(2, Duration.ZERO, Duration.ZERO, SQLTransientException.class::isInstance);
            assertThat(pages.stream()).isEqualTo(ids(1, 9));
            ExecutorService executor = Executors.newSingleThreadExecutor();
            try {
                assertThat(pages.prefetch(1, executor).stream()).isEqualTo(ids(1, 9));
            } finally {
                executor.shutdownNow();
            }
            assertThat(source.open).isEmpty();
        }
    }

    @ParameterizedTest
    @EnumSource
    void aFailingMapperClosesAllAndIsTheCause(Database database) {
        WatchedDataSource source = sales(database, 9);
        JdbcPages sales = JdbcPages.table(source, "sales").orderBy(JdbcKey.ascending("id"));
        List<Integer> read = new ArrayList<>();
        PageException failure = catchThrowableOfType(
                PageException.class,
                () -> sales.rows(2, row -> {
                            if (row.getInt("id") == 4) {
                                throw new SQLException("four");
                            }
                            return row.getInt("id");
                        })
                        .forEach(read::add));
        assertThat(failure).hasRootCauseMessage("four");
        assertThat(source.open).isEmpty();
        sales.rows(4, ID).startingAt(failure.checkpoint()).forEach(read::add);
        assertThat(read).isEqualTo(ids(1, 9));
        assertThatExceptionOfType(PageException.class)
                .isThrownBy(() -> sales.rows(2, row -> null).forEach(row -> {}))
                .withMessageContaining("item of a row");
        assertThat(source.open).isEmpty();
    }

    @Test
    void aFailureToCloseHidesNoOther() {
        WatchedDataSource source = sales(Database.H2, 3);
        source.failing = "close";
        PageException failure = catchThrowableOfType(
                PageException.class,
                () -> JdbcPages.table(source, "sales")
                        .orderBy(JdbcKey.ascending("id"))
                        .rows(2, row -> {
                            throw new SQLException("mapping");
                        })
                        .forEach(row -> {}));
        assertThat(failure.getCause()).hasMessage("mapping");
        assertThat(failure.getCause().getSuppressed()).hasSize(3);
    }

    // ---- checkpoints and sizes --------------------------------------------------------------------------------------

    @ParameterizedTest
    @EnumSource
    void aCheckpointInsideAPageLeadsToTheNextRowWhateverWasDeletedBefore(Database database) {
        WatchedDataSource source = sales(database, 9);
        JdbcPages sales = JdbcPages.table(source, "sales")
                .orderBy(JdbcKey.ascending("note").nullable(), JdbcKey.descending("id"));
        String checkpoint;
        try (PageIterator<Integer> iterator = sales.rows(6, ID).iterator()) {
            assertThat(Stream.generate(iterator::next).limit(5)).containsExactly(8, 6, 4, 2, 9);
            checkpoint = iterator.checkpoint();
        }
        database.run("delete from sales where id in (8, 4, 9)");
        assertThat(sales.rows(2, ID).startingAt(checkpoint).stream()).containsExactly(7, 5, 3, 1);
        Pages<Integer> otherOrder = sales.orderBy(JdbcKey.ascending("note"), JdbcKey.ascending("id"))
                .rows(2, ID);
        assertThatIllegalArgumentException().isThrownBy(() -> otherOrder.startingAt(checkpoint));
    }

    @ParameterizedTest
    @EnumSource
    void pagesAreCutToTheirBytes(Database database) {
        WatchedDataSource source = sales(database, 100);
        List<Integer> sizes = new ArrayList<>();
        Pages<Integer> pages = JdbcPages.table(source, "sales")
                .orderBy(JdbcKey.ascending("id"))
                .rows(10, ID)
                .targetBytes(3_000, 50, id -> id == 35 ? 1_000 : 100)
                .onPage(page -> sizes.add(page.pageItems()));
        assertThat(pages.stream()).isEqualTo(ids(1, 100));
        assertThat(sizes).startsWith(10, 30, 3, 3);
    }

    @ParameterizedTest
    @EnumSource
    void keysOfAllUsualTypesFindTheirRowsAgain(Database database) {
        TimeZone zone = TimeZone.getDefault();
        // At 02:30 of this day this zone has no time.
        TimeZone.setDefault(TimeZone.getTimeZone("Europe/Berlin"));
        try {
            database.run(
                    "drop table if exists typed",
                    "create table typed (id int not null, t timestamp(6) not null, z timestamp(6) with time zone not null,"
                            + " d date not null, c time(6) not null, u uuid not null, n numeric(20, 4) not null,"
                            + " f double precision not null, s varchar(20) not null, b boolean not null, l bigint not null)");
            LocalDateTime gap = LocalDateTime.of(2026, 3, 29, 1, 30);
            for (int i = 0; i < 8; i++) {
                LocalDateTime time = gap.plusMinutes(20L * i).plusNanos(1_000L * i);
                database.run(
                        "insert into typed values (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
                        i,
                        time,
                        OffsetDateTime.of(time, ZoneOffset.ofHours(i % 3)),
                        time.toLocalDate().plusDays(i),
                        time.toLocalTime(),
                        new UUID(i, i),
                        new java.math.BigDecimal("1.5").add(new java.math.BigDecimal(i)),
                        i / 3.0,
                        "s\u00e4'" + i,
                        i > 3,
                        Long.MAX_VALUE - 10 + i);
            }
            JdbcPages typed = JdbcPages.table(new WatchedDataSource(database::open), "typed");
            for (String column : List.of("t", "z", "d", "c", "u", "n", "f", "s", "b", "l")) {
                List<Integer> read = new ArrayList<>();
                String checkpoint = null;
                do {
                    Pages<Integer> pages = typed.orderBy(JdbcKey.ascending(column), JdbcKey.ascending("id"))
                            .rows(3, ID);
                    try (PageIterator<Integer> iterator =
                            (checkpoint == null ? pages : pages.startingAt(checkpoint)).iterator()) {
                        if (!iterator.hasNext()) {
                            break;
                        }
                        read.add(iterator.next());
                        checkpoint = iterator.checkpoint();
                    }
                } while (true);
                assertThat(read).as(column).containsExactlyInAnyOrderElementsOf(ids(0, 7));
                if (!column.equals("z")) {
                    assertThat(read).as(column).isSorted();
                }
            }
        } finally {
            TimeZone.setDefault(zone);
        }
    }

    // ---- settings ---------------------------------------------------------------------------------------------------

    @Test
    void whatCannotBeAStatementIsRefused() {
        WatchedDataSource source = new WatchedDataSource(null);
        for (String name : List.of("id; drop table x", "o.id", "", "1a", "a b", "\"a\"b\"", "\"", "id desc", "f(x)")) {
            assertThatIllegalArgumentException()
                    .isThrownBy(() -> JdbcKey.ascending(name))
                    .withMessageContaining("column=" + name);
        }
        for (String table : List.of("a;b", "a..b", ".", "(select 1)", "a.\"b")) {
            assertThatIllegalArgumentException().isThrownBy(() -> JdbcPages.table(source, table));
        }
        assertThat(JdbcPages.table(source, "a.\"b.c\".d")).isNotNull();
        assertThatIllegalArgumentException().isThrownBy(() -> JdbcPages.select(source, "select 1 ; "));
        assertThatIllegalArgumentException().isThrownBy(() -> JdbcPages.select(source, " "));
        JdbcPages pages = JdbcPages.select(source, "select 1");
        assertThatIllegalStateException().isThrownBy(() -> pages.rows(1, ID));
        assertThatIllegalArgumentException().isThrownBy(pages::orderBy);
        assertThatIllegalArgumentException()
                .isThrownBy(() -> pages.orderBy(JdbcKey.ascending("a"), JdbcKey.descending("a")));
        assertThatIllegalArgumentException().isThrownBy(() -> pages.queryTimeout(Duration.ZERO));
        assertThatIllegalArgumentException().isThrownBy(() -> pages.queryTimeout(Duration.ofSeconds(1L << 31)));
        assertThatIllegalArgumentException()
                .isThrownBy(() -> pages.orderBy(JdbcKey.ascending("a")).rows(0, ID));
    }
}
