package io.heapwise.demo.sessions;

import io.heapwise.demo.Contestant;
import io.heapwise.demo.Meter;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicLong;

/**
 * The work that all contestants of the scene do; they differ in where their sessions come from, and in nothing else. Requests
 * are numbered, and handed to the next server that is free.
 */
abstract class ServeRequests implements Contestant {
    static final int SERVERS = 16;
    static final int SESSIONS = 10;
    static final int FORGOTTEN_ONE_IN = 1_000;

    /** Where sessions come from. */
    interface Sessions {
        /** Has a session serve the request, and gives it back unless this is the one that forgets to. */
        void serve(long request, boolean isForgetful) throws Exception;
    }

    abstract Sessions open(SessionMaker maker);

    @Override
    public final void run(Task task) {
        SessionMaker maker = new SessionMaker();
        Sessions sessions = open(maker);
        task.meter().measureHeld(maker::alive);
        AtomicLong next = new AtomicLong();
        Queue<Throwable> broken = new ConcurrentLinkedQueue<>();
        List<Thread> servers = new ArrayList<>();
        for (int i = 0; i < SERVERS; i++) {
            Thread server = new Thread(() -> serve(sessions, next, task), "server-" + i);
            server.setDaemon(true);
            server.setUncaughtExceptionHandler((thread, error) -> broken.add(error));
            server.start();
            servers.add(server);
        }
        try {
            for (Thread server : servers) {
                server.join();
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        if (broken.peek() instanceof Error error) {
            throw error; // out of memory, say: the outcome of this contestant, not of one request
        }
    }

    private static void serve(Sessions sessions, AtomicLong next, Task task) {
        for (long request = next.getAndIncrement(); request < task.operations(); request = next.getAndIncrement()) {
            boolean isServed = false;
            try {
                sessions.serve(request, request % FORGOTTEN_ONE_IN == FORGOTTEN_ONE_IN - 1);
                isServed = true;
            } catch (Exception failed) {
                // Counted: that a request fails is what the scene is about.
            }
            count(task.meter(), isServed);
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
