package io.heapwise.pools.jdbc;

import java.sql.Connection;
import java.sql.Driver;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.util.Properties;
import javax.sql.DataSource;

/** Where the driver's connections come from. May be called by several threads. */
@FunctionalInterface
interface ConnectionSource {
    /** Opens one. */
    Connection open(Credentials who) throws SQLException;

    static ConnectionSource of(DataSource dataSource) {
        return who -> who.equals(Credentials.NONE)
                ? dataSource.getConnection()
                : dataSource.getConnection(who.user(), who.password());
    }

    /** Of a driver, which is told these properties, and who connects. */
    static ConnectionSource of(Driver driver, String url, Properties more) {
        return who -> {
            Properties properties = new Properties(); // drivers may keep it
            properties.putAll(more);
            if (who.user() != null) {
                properties.setProperty("user", who.user());
            }
            if (who.password() != null) {
                properties.setProperty("password", who.password());
            }
            Connection opened = driver.connect(url, properties);
            if (opened == null) {
                throw new SQLException(
                        "url=" + schemeOf(url) + ".. (expected one that "
                                + driver.getClass().getName() + " knows): give another driver",
                        SqlStates.CANNOT_CONNECT);
            }
            return opened;
        };
    }

    /** The driver that is registered for a URL: looked up now, on a thread that sees the application's classes. */
    static Driver driverFor(String url) {
        try {
            return DriverManager.getDriver(url);
        } catch (SQLException e) {
            throw new IllegalArgumentException(
                    "url=" + schemeOf(url) + ".. (expected one that a registered driver knows): put the driver on the"
                            + " class path, or pass it",
                    e);
        }
    }

    /** Of a URL what may be in a message: its rest may hold a password. */
    private static String schemeOf(String url) {
        int colon = url.indexOf(':', url.indexOf(':') + 1);
        return colon < 0 ? "" : url.substring(0, colon + 1);
    }
}
