package io.heapwise.pools.jdbc;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.zaxxer.hikari.HikariConfig;
import com.zaxxer.hikari.HikariDataSource;
import io.heapwise.pools.Books;
import io.heapwise.pools.PoolCreationException;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.Arrays;
import java.util.Map;
import java.util.Properties;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import javax.sql.DataSource;
import org.h2.jdbcx.JdbcDataSource;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

/** Moving from HikariCP by its own properties: what they say is done, and what can't be done is said. */
@Timeout(value = 60, unit = TimeUnit.SECONDS, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class HikariPropertiesTest {
    private static final String URL = "jdbc:h2:mem:hikari;DB_CLOSE_DELAY=-1";

    private ConnectionPool pool;

    @AfterEach
    void thePoolIsWhole() throws Exception {
        if (pool != null) {
            Books.closeAndCheck(pool.core());
        }
    }

    private static Properties properties(String... namesAndValues) {
        Properties properties = new Properties();
        for (int i = 0; i < namesAndValues.length; i += 2) {
            properties.setProperty(namesAndValues[i], namesAndValues[i + 1]);
        }
        return properties;
    }

    private static Properties ofH2(String... more) {
        Properties properties = properties(more);
        properties.setProperty("jdbcUrl", URL);
        properties.setProperty("username", "sa");
        return properties;
    }

    private ConnectionPool pool(Properties properties) {
        pool = ConnectionPool.fromHikari(properties).build();
        return pool;
    }

    /** What a borrower sees of one and the same properties. */
    private static String seen(DataSource source) throws SQLException {
        try (Connection connection = source.getConnection()) {
            return connection.getAutoCommit() + " " + connection.isReadOnly() + " "
                    + connection.getTransactionIsolation()
                    + " " + connection.getSchema() + " " + connection.getCatalog() + " "
                    + connection.getMetaData().getUserName();
        }
    }

    @Test
    void aBorrowerSeesWhatHeSawBefore() throws Exception {
        Properties properties = ofH2(
                "autoCommit", "false",
                "transactionIsolation", "TRANSACTION_SERIALIZABLE",
                "connectionInitSql", "CREATE SCHEMA IF NOT EXISTS other",
                "maximumPoolSize", "3",
                "poolName", "orders");
        try (HikariDataSource hikari = new HikariDataSource(new HikariConfig(properties))) {
            assertThat(seen(pool(properties))).isEqualTo(seen(hikari)).startsWith("false false 8 PUBLIC");
        }
        properties.setProperty("schema", "OTHER");
        try (HikariDataSource hikari = new HikariDataSource(new HikariConfig(properties))) {
            pool.close();
            assertThat(seen(pool(properties))).isEqualTo(seen(hikari)).contains("OTHER");
        }
        assertThat(pool.toString()).contains("orders", "at most 3");
    }

    /** HikariCP keeps as many idle as there may be, unless told otherwise. */
    @Test
    void theSizeIsFixedUnlessMinimumIdleIsGiven() throws Exception {
        pool(ofH2("maximumPoolSize", "3"));
        io.heapwise.pools.Borrowers.await(() -> pool.stats().idle() == 3);
        pool.close();
        pool(ofH2("maximumPoolSize", "3", "minimumIdle", "0"));
        assertThat(pool.stats().idle()).as("the one that was tried").isOne();
    }

    @Test
    void aDataSourceIsMadeByNameWithItsProperties() throws Exception {
        Properties properties = properties(
                "dataSourceClassName", "org.h2.jdbcx.JdbcDataSource",
                "dataSource.URL", URL,
                "dataSource.user", "sa",
                "dataSource.loginTimeout", "7");
        pool(properties);
        assertThat(pool.unwrap(JdbcDataSource.class).getLoginTimeout()).isEqualTo(7);
        assertThat(seen(pool)).endsWith("SA");
    }

    @Test
    void aDataSourceThatIsThereIsTaken() throws Exception {
        JdbcDataSource source = new JdbcDataSource();
        source.setURL(URL);
        source.setUser("sa");
        Properties properties = new Properties();
        properties.put("dataSource", source);
        assertThat(pool(properties).unwrap(JdbcDataSource.class)).isSameAs(source);
    }

    @Test
    void aDriverIsMadeByNameAndToldItsProperties() throws Exception {
        pool(properties(
                "driverClassName", "org.h2.Driver",
                "jdbcUrl", URL,
                "dataSource.user", "sa",
                "dataSource.password", ""));
        assertThat(seen(pool)).endsWith("SA");
    }

    static Stream<String> hikarisOwn() {
        return Arrays.stream(HikariConfig.class.getMethods())
                .filter(method -> method.getName().startsWith("set") && method.getParameterCount() == 1)
                .map(method -> Character.toLowerCase(method.getName().charAt(3))
                        + method.getName().substring(4))
                .distinct()
                .sorted();
    }

    /** None is passed over: an error names what to do in its place. */
    @ParameterizedTest
    @MethodSource("hikarisOwn")
    void eachPropertyOfHikarisIsKnown(String name) {
        Map<String, String> fitting = Map.of(
                "jdbcUrl", URL,
                "driverClassName", "org.h2.Driver",
                "dataSourceClassName", "org.h2.jdbcx.JdbcDataSource",
                "transactionIsolation", "2");
        Properties properties = ofH2();
        properties.setProperty(name, fitting.getOrDefault(name, "1"));
        try {
            assertThat(ConnectionPool.fromHikari(properties)).isNotNull();
        } catch (IllegalArgumentException refused) {
            assertThat(refused).hasMessageContaining("leave it out, and ");
        }
    }

    @Test
    void whatIsNotHikarisIsRefused() {
        assertThatThrownBy(() -> ConnectionPool.fromHikari(ofH2("maximumPoolsize", "3")))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("property=maximumPoolsize (expected one of HikariCP's)");
        assertThatThrownBy(() -> ConnectionPool.fromHikari(properties()))
                .hasMessageContaining("jdbcUrl=null (expected it, or dataSourceClassName");
        assertThatThrownBy(() -> ConnectionPool.fromHikari(properties("dataSourceClassName", "nobody.Nothing")))
                .hasMessageContaining("dataSourceClassName=nobody.Nothing (expected a javax.sql.DataSource");
        assertThatThrownBy(() -> ConnectionPool.fromHikari(
                        properties("dataSourceClassName", "org.h2.jdbcx.JdbcDataSource", "dataSource.colour", "red")))
                .hasMessageContaining(
                        "property=colour (expected one that org.h2.jdbcx.JdbcDataSource has a setter for)");
        assertThatThrownBy(() -> ConnectionPool.fromHikari(properties(
                        "dataSourceClassName", "org.h2.jdbcx.JdbcDataSource", "dataSource.loginTimeout", "long")))
                .hasMessageContaining("property=loginTimeout (expected a int");
    }

    @ParameterizedTest
    @CsvSource({"250,250", "250ms,250", "3s,3000", "2m,120000", "1h,3600000", "1d,86400000"})
    void timesMayHaveUnits(String text, long millis) throws Exception {
        pool(ofH2("connectionTimeout", text, "minimumIdle", "0"));
        assertThat(pool.getLoginTimeout()).isEqualTo((int) ((millis + 999) / 1_000));
        assertThat(Duration.ofMillis(millis)).isPositive();
    }

    @ParameterizedTest
    @CsvSource({
        "connectionTimeout,soon,milliseconds",
        "maxLifetime,99999999999999999999,no more than a long",
        "maximumPoolSize,many,a whole number",
        "transactionIsolation,STRICT,a level of java.sql.Connection"
    })
    void badValuesAreRefused(String name, String value, String expected) {
        assertThatThrownBy(() -> ConnectionPool.fromHikari(ofH2(name, value)))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining(name + "=" + value + " (expected " + expected);
    }

    @Test
    void itFailsAtOnceUnlessToldNotTo() {
        String nowhere = "jdbc:h2:tcp://localhost:1/none";
        assertThatThrownBy(() -> ConnectionPool.fromHikari(properties("jdbcUrl", nowhere))
                        .build())
                .isInstanceOf(PoolCreationException.class)
                .hasCauseInstanceOf(SQLException.class);
        assertThatCode(() -> ConnectionPool.fromHikari(
                                properties("jdbcUrl", nowhere, "initializationFailTimeout", "-1", "minimumIdle", "0"))
                        .build()
                        .close())
                .doesNotThrowAnyException();
    }

    @Test
    void zeroIsForever() throws Exception {
        pool(ofH2("idleTimeout", "0", "maxLifetime", "0", "keepaliveTime", "0", "connectionTimeout", "0"));
        assertThat(pool.getLoginTimeout()).isEqualTo(Integer.MAX_VALUE);
    }
}
