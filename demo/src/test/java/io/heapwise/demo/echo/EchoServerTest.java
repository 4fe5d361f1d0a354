package io.heapwise.demo.echo;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.SocketException;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** The echo server, with the memory of each contestant: the same bytes come back, and no memory is lost, whatever a client does. */
@Timeout(60)
class EchoServerTest {
    /** Counts what is taken and not given back. */
    private record Counted(RequestMemory memory, AtomicInteger held) implements RequestMemory {
        @Override
        public Held take(int bytes) {
            Held taken = memory.take(bytes);
            assertThat(taken.bytes().capacity()).isEqualTo(bytes);
            held.incrementAndGet();
            return new Held() {
                @Override
                public java.nio.ByteBuffer bytes() {
                    return taken.bytes();
                }

                @Override
                public void close() {
                    held.decrementAndGet();
                    taken.close();
                }
            };
        }

        @Override
        public void end() {
            memory.end();
        }
    }

    private interface Client {
        void talk(InetSocketAddress server) throws Exception;
    }

    static List<EchoRequests> contestants() {
        return List.of(new NaiveDirect(), new NaiveHeap(), new Heapwise());
    }

    private static void serve(EchoRequests contestant, Client client) throws Exception {
        Counted memory = new Counted(contestant.open(), new AtomicInteger());
        ExecutorService threads = Executors.newSingleThreadExecutor();
        try {
            EchoServer server = new EchoServer(memory);
            Future<?> serving = threads.submit(server);
            client.talk(server.address());
            server.close();
            serving.get();
        } finally {
            threads.shutdownNow();
        }
        assertThat(memory.held.get()).isZero();
        memory.end(); // throws if a lease is open
    }

    private static void echo(Socket socket, Random random, int bytes) throws IOException {
        socket.setTcpNoDelay(true);
        byte[] sent = new byte[bytes];
        random.nextBytes(sent);
        DataOutputStream out = new DataOutputStream(socket.getOutputStream());
        out.writeInt(bytes);
        out.write(sent);
        DataInputStream in = new DataInputStream(socket.getInputStream());
        assertThat(in.readInt()).isEqualTo(bytes);
        assertThat(in.readNBytes(bytes)).isEqualTo(sent);
    }

    @ParameterizedTest
    @MethodSource("contestants")
    void whatIsSentComesBack(EchoRequests contestant) throws Exception {
        serve(contestant, server -> {
            List<Socket> sockets = new ArrayList<>();
            for (int i = 0; i < 3; i++) {
                sockets.add(new Socket(server.getAddress(), server.getPort()));
            }
            Random random = new Random(1);
            for (int round = 0; round < 50; round++) {
                for (Socket socket : sockets) {
                    echo(socket, random, random.nextInt(EchoConnection.MOST_BYTES + 1));
                }
            }
            echo(sockets.get(0), random, 0);
            echo(sockets.get(1), random, EchoConnection.MOST_BYTES);
            for (Socket socket : sockets) {
                socket.close();
            }
        });
    }

    @ParameterizedTest
    @MethodSource("contestants")
    void whoGoesInTheMiddleTakesNoMemoryWithHim(EchoRequests contestant) throws Exception {
        serve(contestant, server -> {
            for (int sent : new int[] {0, 2, 4, 100}) {
                try (Socket gone = new Socket(server.getAddress(), server.getPort())) {
                    DataOutputStream out = new DataOutputStream(gone.getOutputStream());
                    byte[] frame = new byte[100 + Integer.BYTES];
                    frame[2] = 1; // a length of 256
                    out.write(frame, 0, sent);
                }
                try (Socket other = new Socket(server.getAddress(), server.getPort())) {
                    echo(other, new Random(2), 1_000);
                }
            }
        });
    }

    @ParameterizedTest
    @MethodSource("contestants")
    void whoIsOpenWhenTheServerEndsIsClosed(EchoRequests contestant) throws Exception {
        Socket[] left = new Socket[1];
        serve(contestant, server -> {
            left[0] = new Socket(server.getAddress(), server.getPort());
            echo(left[0], new Random(3), 10);
            new DataOutputStream(left[0].getOutputStream()).writeInt(500); // and not a byte of them
            try (Socket other = new Socket(server.getAddress(), server.getPort())) {
                echo(other, new Random(4), 10); // so that the length has been read
            }
        });
        assertThat(left[0].getInputStream().read()).isEqualTo(-1);
        left[0].close();
    }

    @Test
    void aLengthThatMakesNoSenseEndsTheConnectionAndNoOther() throws Exception {
        serve(new Heapwise(), server -> {
            try (Socket sound = new Socket(server.getAddress(), server.getPort())) {
                for (int length : new int[] {-1, EchoConnection.MOST_BYTES + 1, Integer.MAX_VALUE}) {
                    try (Socket wrong = new Socket(server.getAddress(), server.getPort())) {
                        new DataOutputStream(wrong.getOutputStream()).writeInt(length);
                        assertThat(isEnded(wrong)).isTrue();
                    }
                    echo(sound, new Random(5), 5_000);
                }
            }
        });
    }

    private static boolean isEnded(Socket socket) throws IOException {
        try {
            return socket.getInputStream().read() < 0;
        } catch (EOFException | SocketException reset) {
            return true;
        }
    }
}
