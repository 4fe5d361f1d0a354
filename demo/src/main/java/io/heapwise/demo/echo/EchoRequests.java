package io.heapwise.demo.echo;

import io.heapwise.demo.Contestant;
import io.heapwise.demo.Meter;
import io.heapwise.memory.MemoryReading;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Queue;
import java.util.Random;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicLong;

/**
 * The work that all contestants of the scene do; they differ in where a request's memory comes from, and in nothing else. After the last request the server
 * stays up for a while without any, so that one sees what becomes of its memory.
 */
abstract class EchoRequests implements Contestant {
    static final int CLIENTS = 8;
    static final long REST_MILLIS = 4_000;

    private static final double LOG_MEAN = 8.5;

    abstract RequestMemory open();

    @Override
    public final void run(Task task) throws IOException {
        task.meter().measureHeld(() -> MemoryReading.now().directBytes() >> 10);
        RequestMemory memory = open();
        EchoServer server = new EchoServer(memory);
        Queue<Throwable> broken = new ConcurrentLinkedQueue<>();
        Thread serving = started("server", server, broken);
        List<Thread> clients = new ArrayList<>();
        AtomicLong next = new AtomicLong();
        InetSocketAddress address = server.address();
        for (int i = 0; i < CLIENTS; i++) {
            Random random = new Random(i);
            clients.add(started("client-" + i, () -> ask(address, random, next, task), broken));
        }
        try {
            for (Thread client : clients) {
                join(client, serving);
            }
            if (broken.isEmpty()) {
                Thread.sleep(REST_MILLIS);
            }
            server.close();
            serving.join();
        } catch (InterruptedException stopped) {
            Thread.currentThread().interrupt();
        }
        if (broken.peek() instanceof Error error) {
            throw error; // out of memory, say
        }
        if (broken.peek() instanceof RuntimeException failed) {
            throw failed;
        }
        memory.end();
    }

    /** A server that has died answers nobody, so nobody waits for those who wait for it. */
    private static void join(Thread client, Thread serving) throws InterruptedException {
        while (client.isAlive() && serving.isAlive()) {
            client.join(100);
        }
    }

    private static Thread started(String name, Runnable work, Queue<Throwable> broken) {
        Thread thread = new Thread(work, name);
        thread.setDaemon(true);
        thread.setUncaughtExceptionHandler((self, error) -> broken.add(error));
        thread.start();
        return thread;
    }

    private static void ask(InetSocketAddress server, Random random, AtomicLong next, Task task) {
        byte[] sent = new byte[EchoConnection.MOST_BYTES];
        random.nextBytes(sent);
        byte[] answer = new byte[EchoConnection.MOST_BYTES];
        try (Socket socket = new Socket(server.getAddress(), server.getPort())) {
            socket.setTcpNoDelay(true);
            DataOutputStream out = new DataOutputStream(socket.getOutputStream());
            DataInputStream in = new DataInputStream(socket.getInputStream());
            for (long request = next.getAndIncrement(); request < task.operations(); request = next.getAndIncrement()) {
                int bytes = size(random);
                out.writeInt(bytes);
                out.write(sent, 0, bytes);
                int answered = in.readInt();
                in.readFully(answer, 0, Math.min(bytes, answered));
                count(task.meter(), answered == bytes && Arrays.equals(sent, 0, bytes, answer, 0, bytes));
            }
        } catch (IOException gone) {
            throw new UncheckedIOException(gone);
        }
    }

    /** Log-normal: half are below 5 KB, one in a hundred above 48. */
    private static int size(Random random) {
        return (int) Math.min(Math.exp(LOG_MEAN + random.nextGaussian()), EchoConnection.MOST_BYTES);
    }

    /** A meter has one writer at a time. */
    private static void count(Meter meter, boolean isRight) {
        synchronized (meter) {
            if (!isRight) {
                meter.countMiss();
            }
            meter.countOperation();
        }
    }
}
