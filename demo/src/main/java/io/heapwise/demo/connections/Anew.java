package io.heapwise.demo.connections;

import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.util.concurrent.atomic.AtomicLong;

/** No pool. */
final class Anew extends Transfers {

    @Override
    public String name() {
        return "anew";
    }

    @Override
    public String title() {
        return "a new connection each time";
    }

    @Override
    public String setUp(long heapBytes) {
        return "No pool: each request connects and disconnects, so there may be as many connections as workers. To connect"
                + " costs the server a process, and the client several exchanges. Counted here are those just being opened.";
    }

    @Override
    Connections open(String url) {
        AtomicLong open = new AtomicLong();
        return new Connections() {
            @Override
            public Connection connect() throws SQLException {
                open.incrementAndGet();
                try {
                    return DriverManager.getConnection(url);
                } finally {
                    open.decrementAndGet(); // those that are being opened, which is what costs
                }
            }

            @Override
            public long open() {
                return open.get();
            }

            @Override
            public void close() {}
        };
    }
}
