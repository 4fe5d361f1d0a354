package io.heapwise.demo.connections;

import io.heapwise.demo.Contestant;
import io.heapwise.demo.Meter;
import java.io.Closeable;
import java.io.IOException;
import java.nio.file.Files;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.atomic.AtomicLong;

/**
 * The work that all contestants of the scene do; they differ in where their connections come from, and in nothing else. One request in
 * {@value #BROKEN_ONE_IN} is given up between taking money and giving it, and closes its connection like the others.
 */
abstract class Transfers implements Contestant {
    static final int WORKERS = 16;
    static final int CONNECTIONS = 8;
    static final int BROKEN_ONE_IN = 20;

    /** Where connections come from. */
    interface Connections extends Closeable {
        Connection connect() throws SQLException;

        /** How many are open. */
        long open();
    }

    abstract Connections open(String url);

    @Override
    public final void run(Task task) throws IOException {
        String url = Files.readString(task.folder().resolve(ConnectionsScene.URL));
        Queue<Throwable> broken = new ConcurrentLinkedQueue<>();
        try (Connections connections = open(url)) {
            task.meter().measureHeld(connections::open);
            AtomicLong next = new AtomicLong();
            List<Thread> workers = new ArrayList<>();
            for (int i = 0; i < WORKERS; i++) {
                Thread worker = new Thread(() -> work(connections, next, task), "worker-" + i);
                worker.setDaemon(true);
                worker.setUncaughtExceptionHandler((thread, error) -> broken.add(error));
                worker.start();
                workers.add(worker);
            }
            for (Thread worker : workers) {
                worker.join();
            }
            task.meter().tell(Bank.balance(url));
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } catch (SQLException e) {
            throw new IOException(e);
        }
        if (broken.peek() instanceof Error error) {
            throw error; // out of memory, say: the outcome of this contestant, not of one request
        }
    }

    private static void work(Connections connections, AtomicLong next, Task task) {
        for (long request = next.getAndIncrement(); request < task.operations(); request = next.getAndIncrement()) {
            boolean isServed = false;
            try (Connection connection = connections.connect()) {
                transfer(connection, request % BROKEN_ONE_IN == BROKEN_ONE_IN - 1);
                isServed = true;
            } catch (SQLException failed) {
                // Counted: none is expected.
            }
            count(task.meter(), isServed);
        }
    }

    /** The lower account first, so that no two transfers wait for each other. */
    private static void transfer(Connection connection, boolean isBroken) throws SQLException {
        ThreadLocalRandom random = ThreadLocalRandom.current();
        int from = random.nextInt(Bank.ACCOUNTS - 1);
        int to = random.nextInt(from + 1, Bank.ACCOUNTS);
        int amount = random.nextInt(1, 10);
        connection.setAutoCommit(false);
        add(connection, from, -amount);
        if (isBroken) {
            return; // as code does that throws here, or that has a return somebody overlooked
        }
        add(connection, to, amount);
        connection.commit();
    }

    private static void add(Connection connection, int account, int amount) throws SQLException {
        try (PreparedStatement update =
                connection.prepareStatement("UPDATE account SET amount = amount + ? WHERE id = ?")) {
            update.setInt(1, amount);
            update.setInt(2, account);
            update.executeUpdate();
        }
    }

    /** A meter has one writer at a time. */
    private static void count(Meter meter, boolean isServed) {
        synchronized (meter) {
            if (!isServed) {
                meter.countMiss();
            }
            meter.countOperation();
        }
    }
}
