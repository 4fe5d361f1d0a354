package io.heapwise.streams.jdbc;

import io.zonky.test.db.postgres.embedded.EmbeddedPostgres;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.sql.Statement;

/** Real databases, each started once, with the first test that needs it, and ended with the JVM. */
enum Database {
    H2 {
        @Override
        String start() {
            return "jdbc:h2:mem:pages;DB_CLOSE_DELAY=-1";
        }
    },
    POSTGRESQL {
        @Override
        String start() {
            try {
                return EmbeddedPostgres.builder().start().getJdbcUrl("postgres", "postgres");
            } catch (IOException notStarted) {
                throw new UncheckedIOException(notStarted);
            }
        }
    };

    private String url;

    abstract String start();

    /** Tests run one after the other. */
    Connection open() throws SQLException {
        if (url == null) {
            url = start();
        }
        return DriverManager.getConnection(url);
    }

    void run(String... statements) {
        try (Connection connection = open();
                Statement statement = connection.createStatement()) {
            for (String sql : statements) {
                statement.execute(sql);
            }
        } catch (SQLException failed) {
            throw new IllegalStateException(failed);
        }
    }

    void run(String sql, Object... values) {
        try (Connection connection = open();
                PreparedStatement statement = connection.prepareStatement(sql)) {
            for (int i = 0; i < values.length; i++) {
                statement.setObject(i + 1, values[i]);
            }
            statement.execute();
        } catch (SQLException failed) {
            throw new IllegalStateException(failed);
        }
    }
}
