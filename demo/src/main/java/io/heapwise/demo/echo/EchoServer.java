package io.heapwise.demo.echo;

import java.io.Closeable;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import org.jspecify.annotations.Nullable;

/**
 * Echoes what connections of this machine send, in one thread that never waits for one of them. Invariant: when {@link #run} has ended no connection is open, and none
 * has memory.
 */
final class EchoServer implements Runnable, Closeable {
    private final RequestMemory memory;
    private final Selector selector;
    private final ServerSocketChannel listening;
    private volatile boolean isOver;

    EchoServer(RequestMemory memory) throws IOException {
        this.memory = memory;
        this.selector = Selector.open();
        this.listening = ServerSocketChannel.open();
        var unused = listening.bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0));
        var unusedToo = listening.configureBlocking(false).register(selector, SelectionKey.OP_ACCEPT);
    }

    InetSocketAddress address() throws IOException {
        return (InetSocketAddress) listening.getLocalAddress();
    }

    @Override
    public void run() {
        try {
            while (!isOver) {
                int unused = selector.select(this::serve);
            }
        } catch (IOException broken) {
            throw new UncheckedIOException(broken);
        } finally {
            endAll();
        }
    }

    private void serve(SelectionKey key) {
        try {
            if (key.isAcceptable()) {
                accept();
            } else if (key.attachment() instanceof EchoConnection<?> connection) {
                goOn(key, connection);
            }
        } catch (IOException broken) {
            throw new UncheckedIOException(broken);
        }
    }

    private void accept() throws IOException {
        SocketChannel channel = listening.accept();
        if (channel != null) {
            EchoConnection<SocketChannel> connection = new EchoConnection<>(channel, memory);
            var unused = channel.configureBlocking(false).register(selector, SelectionKey.OP_READ, connection);
        }
    }

    /** What one connection does, or the end of it, is nothing to the others; that memory is over is. */
    private static void goOn(SelectionKey key, EchoConnection<?> connection) throws IOException {
        try {
            var unused = key.interestOps(connection.goOn());
        } catch (IOException gone) {
            connection.end();
        }
    }

    private void endAll() {
        try {
            listening.close();
            for (SelectionKey key : selector.keys()) {
                if (key.attachment() instanceof EchoConnection<?> connection) {
                    connection.end();
                }
            }
            selector.close();
        } catch (IOException broken) {
            throw new UncheckedIOException(broken);
        }
    }

    /** Has {@link #run} end. */
    @Override
    public void close() {
        isOver = true;
        @Nullable Selector unused = selector.wakeup();
    }
}
