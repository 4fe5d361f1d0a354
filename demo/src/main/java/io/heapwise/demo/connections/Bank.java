package io.heapwise.demo.connections;

import io.zonky.test.db.postgres.embedded.EmbeddedPostgres;
import java.io.Closeable;
import java.io.IOException;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import org.h2.tools.Server;

/**
 * A database server with accounts. Invariant: as long as every transfer is done whole or not at all, they hold the same together. A
 * PostgreSQL; where that can't be started, as on a system there is none for, H2 behind a socket.
 */
final class Bank implements Closeable {
    static final int ACCOUNTS = 1_000;
    static final int AMOUNT_OF_EACH = 1_000;

    private final String url;
    private final Closeable server;

    private Bank(String url, Closeable server) {
        this.url = url;
        this.server = server;
    }

    static Bank open() throws IOException {
        Bank bank = start();
        try {
            fill(bank.url);
            return bank;
        } catch (SQLException e) {
            bank.close();
            throw new IOException(e);
        }
    }

    private static Bank start() throws IOException {
        try {
            EmbeddedPostgres server = EmbeddedPostgres.builder().start();
            return new Bank(server.getJdbcUrl("postgres", "postgres"), server);
        } catch (IOException | RuntimeException none) {
            return startH2();
        }
    }

    static Bank startH2() throws IOException {
        try {
            Server server =
                    Server.createTcpServer("-tcpPort", "0", "-ifNotExists").start();
            int port = server.getPort();
            return new Bank(
                    "jdbc:h2:tcp://localhost:" + port + "/mem:bank" + port + ";DB_CLOSE_DELAY=-1", server::stop);
        } catch (SQLException e) {
            throw new IOException(e);
        }
    }

    String url() {
        return url;
    }

    static void fill(String url) throws SQLException {
        try (Connection connection = DriverManager.getConnection(url);
                Statement statement = connection.createStatement()) {
            statement.execute("CREATE TABLE account (id INT PRIMARY KEY, amount INT NOT NULL)");
            try (PreparedStatement insert = connection.prepareStatement("INSERT INTO account VALUES (?, ?)")) {
                for (int id = 0; id < ACCOUNTS; id++) {
                    insert.setInt(1, id);
                    insert.setInt(2, AMOUNT_OF_EACH);
                    insert.addBatch();
                }
                insert.executeBatch();
            }
        }
    }

    /** What all accounts hold together, and where, in a few words. */
    static String balance(String url) throws SQLException {
        try (Connection connection = DriverManager.getConnection(url);
                Statement statement = connection.createStatement();
                ResultSet rows = statement.executeQuery("SELECT SUM(amount) FROM account")) {
            rows.next();
            long difference = rows.getLong(1) - (long) ACCOUNTS * AMOUNT_OF_EACH;
            return (difference == 0 ? "no money was lost or made" : "the accounts are off by " + difference) + " ("
                    + connection.getMetaData().getDatabaseProductName() + ")";
        }
    }

    @Override
    public void close() throws IOException {
        server.close();
    }
}
