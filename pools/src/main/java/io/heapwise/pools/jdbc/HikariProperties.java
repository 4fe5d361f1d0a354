package io.heapwise.pools.jdbc;

import io.heapwise.memory.LeakTracker;
import io.heapwise.pools.internal.Arguments;
import io.heapwise.pools.internal.BeanProperties;
import java.sql.Connection;
import java.sql.Driver;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import javax.sql.DataSource;
import org.jspecify.annotations.Nullable;

/**
 * Reads the properties of a HikariCP. Invariant: each is done what it says, or refused with what to do in its place; what is not given
 * is as HikariCP 7.1 has it unless given.
 */
final class HikariProperties {
    private static final String OF_DATA_SOURCE = "dataSource.";
    private static final Pattern DURATION = Pattern.compile("(\\d+)(ms|s|m|h|d)?");
    private static final Duration NEVER = Duration.ofSeconds(Long.MAX_VALUE);

    /** What takes an object of HikariCP's, or is somebody else's to do. */
    private static final Map<String, String> REFUSED = Map.ofEntries(
            Map.entry("credentials", "give credentials(..) to the builder"),
            Map.entry("credentialsProvider", "give credentials(..) to the builder"),
            Map.entry("credentialsProviderClassName", "give credentials(..) to the builder"),
            Map.entry("dataSource", "build the pool of it"),
            Map.entry("dataSourceJNDI", "look the data source up, and build the pool of it"),
            Map.entry("exceptionOverride", "give evictWhen(..) to the builder"),
            Map.entry("exceptionOverrideClassName", "give evictWhen(..) to the builder"),
            Map.entry("healthCheckProperties", "ask stats() of the pool"),
            Map.entry("healthCheckRegistry", "ask stats() of the pool"),
            Map.entry("metricRegistry", "give metrics(new HikariMeters(..)) to the builder"),
            Map.entry("metricsTrackerFactory", "give metrics(new HikariMeters(..)) to the builder"),
            Map.entry("scheduledExecutor", "give executor(..) to the builder"),
            Map.entry("threadFactory", "give executor(..) to the builder"));

    /** What is not read yet. */
    private final Map<String, Object> left = new TreeMap<>();

    private final Map<String, Object> ofDataSource = new TreeMap<>();

    private HikariProperties(Properties properties) {
        Arguments.require("properties", properties);
        for (String name : properties.stringPropertyNames()) { // those of its defaults too
            left.put(name, properties.getProperty(name));
        }
        properties.forEach((name, value) -> left.put(String.valueOf(name), value));
        if (left.remove("dataSourceProperties") instanceof Properties more) {
            more.forEach((name, value) -> ofDataSource.put(String.valueOf(name), value));
        }
        for (String name : List.copyOf(left.keySet())) {
            if (name.startsWith(OF_DATA_SOURCE)) {
                ofDataSource.put(name.substring(OF_DATA_SOURCE.length()), left.remove(name));
            }
        }
    }

    static ConnectionPoolBuilder builder(Properties properties) {
        return new HikariProperties(properties).builder();
    }

    private ConnectionPoolBuilder builder() {
        ConnectionPoolBuilder builder = source();
        String user = text("username");
        String password = text("password");
        if (user != null || password != null) {
            builder.credentials(user, password);
        }
        String name = text("poolName");
        if (name != null) {
            builder.name(name);
        }
        size(builder);
        times(builder);
        onCreate(builder);
        if (flag("registerMbeans", false)) {
            builder.showToJmx();
        }
        flag("allowPoolSuspension", true); // always
        flag("isolateInternalQueries", true); // always
        text("connectionTestQuery"); // since JDBC 4 drivers know how to test themselves
        refuseWhatIsLeft();
        return builder;
    }

    private ConnectionPoolBuilder source() {
        Object dataSource = left.get("dataSource");
        String className = text("dataSourceClassName");
        String url = text("jdbcUrl");
        String driverName = text("driverClassName");
        if (dataSource instanceof DataSource given) {
            left.remove("dataSource");
            return ConnectionPool.builder(given);
        }
        if (className != null) {
            DataSource made = BeanProperties.newInstance("dataSourceClassName", className, DataSource.class);
            ofDataSource.forEach((property, value) -> BeanProperties.set(made, property, value));
            return ConnectionPool.builder(made);
        }
        if (url == null) {
            throw new IllegalArgumentException(
                    "jdbcUrl=null (expected it, or dataSourceClassName, or dataSource): say where connections come from");
        }
        Driver driver = driverName == null
                ? ConnectionSource.driverFor(url)
                : BeanProperties.newInstance("driverClassName", driverName, Driver.class);
        Properties ofDriver = new Properties();
        ofDataSource.forEach((property, value) -> ofDriver.setProperty(property, value.toString()));
        return new ConnectionPoolBuilder(ConnectionSource.of(driver, url, ofDriver), null);
    }

    private void size(ConnectionPoolBuilder builder) {
        int maximumSize = number("maximumPoolSize", 10);
        int minimumIdle = number("minimumIdle", -1);
        builder.maximumSize(maximumSize);
        builder.minimumIdle(minimumIdle < 0 ? maximumSize : Math.min(minimumIdle, maximumSize))
                .fillEagerly();
    }

    private void times(ConnectionPoolBuilder builder) {
        builder.acquireTimeout(orNever(time("connectionTimeout", Duration.ofSeconds(30))));
        builder.validationTimeout(time("validationTimeout", Duration.ofSeconds(5)));
        builder.idleExpiry(orNever(time("idleTimeout", Duration.ofMinutes(10))));
        builder.lifetime(orNever(time("maxLifetime", Duration.ofMinutes(30))), 0.25);
        Duration keepAlive = time("keepaliveTime", Duration.ofMinutes(2));
        if (!keepAlive.isZero()) {
            builder.keepAlive(keepAlive);
        }
        if (!time("leakDetectionThreshold", Duration.ZERO).isZero()) {
            builder.leakTracker(LeakTracker.named("connection", LeakTracker.Mode.FULL));
        }
        if (!String.valueOf(left.get("initializationFailTimeout")).startsWith("-")) {
            Duration patience = time("initializationFailTimeout", Duration.ofMillis(1));
            if (!patience.isZero()) { // else the pool is to begin without
                builder.connectWhenBuilt(patience);
            }
        }
        left.remove("initializationFailTimeout");
    }

    private static Duration orNever(Duration time) {
        return time.isZero() ? NEVER : time;
    }

    private void onCreate(ConnectionPoolBuilder builder) {
        List<ConnectionAction> all = new ArrayList<>();
        if (left.containsKey("readOnly")) {
            boolean isReadOnly = flag("readOnly", false);
            all.add(connection -> connection.setReadOnly(isReadOnly));
        }
        if (left.containsKey("autoCommit")) {
            boolean isAutoCommit = flag("autoCommit", true);
            all.add(connection -> connection.setAutoCommit(isAutoCommit));
        }
        String isolation = text("transactionIsolation");
        if (isolation != null) {
            int level = isolation(isolation);
            all.add(connection -> connection.setTransactionIsolation(level));
        }
        String catalog = text("catalog");
        if (catalog != null) {
            all.add(connection -> connection.setCatalog(catalog));
        }
        String schema = text("schema");
        if (schema != null) {
            all.add(connection -> connection.setSchema(schema));
        }
        String sql = text("connectionInitSql");
        if (sql != null) {
            all.add(connection -> execute(connection, sql));
        }
        if (!all.isEmpty()) {
            builder.onCreate(connection -> {
                for (ConnectionAction action : all) {
                    action.run(connection);
                }
            });
        }
    }

    private static void execute(Connection connection, String sql) throws SQLException {
        try (Statement statement = connection.createStatement()) {
            statement.execute(sql);
        }
    }

    private static int isolation(String text) {
        return switch (text.replaceFirst("^TRANSACTION_", "")) {
            case "READ_UNCOMMITTED", "1" -> Connection.TRANSACTION_READ_UNCOMMITTED;
            case "READ_COMMITTED", "2" -> Connection.TRANSACTION_READ_COMMITTED;
            case "REPEATABLE_READ", "4" -> Connection.TRANSACTION_REPEATABLE_READ;
            case "SERIALIZABLE", "8" -> Connection.TRANSACTION_SERIALIZABLE;
            default ->
                throw wrong(
                        "transactionIsolation", text, "a level of java.sql.Connection, as TRANSACTION_READ_COMMITTED");
        };
    }

    private void refuseWhatIsLeft() {
        left.forEach((name, value) -> {
            String instead = REFUSED.get(name);
            throw new IllegalArgumentException("property=" + name
                    + (instead == null
                            ? " (expected one of HikariCP's): correct it, or leave it out"
                            : " (expected one that a text can say all of): leave it out, and " + instead));
        });
    }

    // ---- values ----------------------------------------------------------------------------------------------------

    private @Nullable String text(String name) {
        Object value = left.remove(name);
        return value == null ? null : value.toString();
    }

    private int number(String name, int unlessGiven) {
        String text = text(name);
        try {
            return text == null ? unlessGiven : Integer.parseInt(text.trim());
        } catch (NumberFormatException e) {
            throw wrong(name, text, "a whole number");
        }
    }

    private boolean flag(String name, boolean unlessGiven) {
        String text = text(name);
        return text == null ? unlessGiven : Boolean.parseBoolean(text.trim());
    }

    /** Milliseconds, or with a unit. */
    private Duration time(String name, Duration unlessGiven) {
        String text = text(name);
        if (text == null) {
            return unlessGiven;
        }
        Matcher matcher = DURATION.matcher(text.trim());
        if (!matcher.matches()) {
            throw wrong(name, text, "milliseconds, or a number with one of ms, s, m, h, d");
        }
        try {
            long number = Long.parseLong(matcher.group(1));
            String unit = matcher.group(2);
            return switch (unit == null ? "ms" : unit) {
                case "s" -> Duration.ofSeconds(number);
                case "m" -> Duration.ofMinutes(number);
                case "h" -> Duration.ofHours(number);
                case "d" -> Duration.ofDays(number);
                default -> Duration.ofMillis(number);
            };
        } catch (NumberFormatException | ArithmeticException e) {
            throw wrong(name, text, "no more than a long counts");
        }
    }

    private static IllegalArgumentException wrong(String name, @Nullable String value, String expected) {
        return new IllegalArgumentException(name + "=" + value + " (expected " + expected + "): correct it");
    }
}
