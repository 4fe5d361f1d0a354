package io.heapwise.buffers.netty;

import static org.assertj.core.api.Assertions.assertThat;

import io.heapwise.buffers.BufferAllocator;
import io.heapwise.memory.LeakTracker;
import io.netty.bootstrap.ServerBootstrap;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import io.netty.buffer.PooledByteBufAllocator;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.ChannelOption;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.SimpleChannelInboundHandler;
import io.netty.channel.nio.NioIoHandler;
import io.netty.channel.socket.nio.NioServerSocketChannel;
import io.netty.handler.codec.http.DefaultFullHttpResponse;
import io.netty.handler.codec.http.FullHttpRequest;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpObjectAggregator;
import io.netty.handler.codec.http.HttpResponseStatus;
import io.netty.handler.codec.http.HttpServerCodec;
import io.netty.handler.codec.http.HttpVersion;
import java.io.DataInputStream;
import java.net.HttpURLConnection;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Netty's servers run on these allocators by its ordinary option, and everything has come back when they have ended. */
@Timeout(120)
class NettyServersTest {
    private static final int CONNECTIONS = 4;

    /** What is done with a server that listens. */
    private interface Client {
        void use(InetSocketAddress server) throws Exception;
    }

    private static void serve(ByteBufAllocator allocator, Consumer<Channel> pipeline, Client client) throws Exception {
        MultiThreadIoEventLoopGroup loops = new MultiThreadIoEventLoopGroup(2, NioIoHandler.newFactory());
        try {
            Channel listening = new ServerBootstrap()
                    .group(loops)
                    .channel(NioServerSocketChannel.class)
                    .option(ChannelOption.ALLOCATOR, allocator)
                    .childOption(ChannelOption.ALLOCATOR, allocator)
                    .childHandler(new ChannelInitializer<>() {
                        @Override
                        protected void initChannel(Channel channel) {
                            pipeline.accept(channel);
                        }
                    })
                    .bind(InetAddress.getLoopbackAddress(), 0)
                    .sync()
                    .channel();
            client.use((InetSocketAddress) listening.localAddress());
        } finally {
            loops.shutdownGracefully(0, 10, TimeUnit.SECONDS).sync();
        }
    }

    /** Writes back what it reads. */
    private static final class Echo extends ChannelInboundHandlerAdapter {
        @Override
        public void channelRead(ChannelHandlerContext context, Object message) {
            var unused = context.writeAndFlush(message); // which releases it
        }

        @Override
        public void exceptionCaught(ChannelHandlerContext context, Throwable cause) {
            var unused = context.close();
        }
    }

    private static void echo(ByteBufAllocator allocator) throws Exception {
        serve(allocator, channel -> channel.pipeline().addLast(new Echo()), server -> {
            ExecutorService threads = Executors.newFixedThreadPool(CONNECTIONS);
            try {
                List<Future<?>> clients = new ArrayList<>();
                for (int client = 0; client < CONNECTIONS; client++) {
                    int seed = client;
                    clients.add(threads.submit(() -> {
                        talk(server, seed);
                        return null;
                    }));
                }
                for (Future<?> client : clients) {
                    client.get();
                }
            } finally {
                threads.shutdownNow();
            }
        });
    }

    private static void talk(InetSocketAddress server, int seed) throws Exception {
        SplittableRandom random = new SplittableRandom(seed);
        try (Socket socket = new Socket(server.getAddress(), server.getPort())) {
            DataInputStream answers = new DataInputStream(socket.getInputStream());
            for (int message = 0; message < 200; message++) {
                byte[] bytes = new byte[1 + random.nextInt(30_000)];
                for (int at = 0; at < bytes.length; at++) {
                    bytes[at] = (byte) random.nextInt();
                }
                socket.getOutputStream().write(bytes);
                byte[] answer = new byte[bytes.length];
                answers.readFully(answer);
                assertThat(answer).isEqualTo(bytes);
            }
        }
    }

    @Test
    void anEchoServerLivesOnLeases() throws Exception {
        NettyAllocator netty = NettyAllocator.over(ByteBufKind.direct(), ByteBufKind.heap());
        echo(netty);
        assertThat(netty.allocators().allMatch(each -> each.stats().leaks() == 0))
                .isTrue();
        ByteBufKind.requireAllBack(netty);
    }

    @Test
    void anEchoServerLivesWithinLimits() throws Exception {
        LimitedByteBufAllocator limited = LimitedByteBufAllocator.over(new PooledByteBufAllocator(true))
                .maxBytes(16 << 20)
                .leaks(LeakTracker.Mode.FULL)
                .build();
        echo(limited);
        assertThat(limited.stats().peakBytes()).isPositive();
        ByteBufKind.requireAllBack(limited);
    }

    /** Answers with what was sent, twice. */
    private static final class Twice extends SimpleChannelInboundHandler<FullHttpRequest> {
        @Override
        protected void channelRead0(ChannelHandlerContext context, FullHttpRequest request) {
            ByteBuf body = request.content();
            ByteBuf twice = context.alloc().buffer(2 * body.readableBytes());
            ByteBuf unused = twice.writeBytes(body, body.readerIndex(), body.readableBytes())
                    .writeBytes(body, body.readerIndex(), body.readableBytes());
            DefaultFullHttpResponse answer =
                    new DefaultFullHttpResponse(HttpVersion.HTTP_1_1, HttpResponseStatus.OK, twice);
            answer.headers().setInt(HttpHeaderNames.CONTENT_LENGTH, twice.readableBytes());
            var unusedToo = context.writeAndFlush(answer);
        }
    }

    private static String post(InetSocketAddress server, String body) throws Exception {
        HttpURLConnection exchange =
                (HttpURLConnection) URI.create("http://" + server.getHostString() + ":" + server.getPort())
                        .toURL()
                        .openConnection();
        exchange.setDoOutput(true);
        exchange.getOutputStream().write(body.getBytes(StandardCharsets.US_ASCII));
        assertThat(exchange.getResponseCode()).isEqualTo(200);
        return new String(exchange.getInputStream().readAllBytes(), StandardCharsets.US_ASCII);
    }

    @Test
    void anHttpExchangeRunsOnLeasesWithinAChildsLimit() throws Exception {
        BufferAllocator direct = ByteBufKind.direct();
        BufferAllocator requests = direct.child("requests", 16 << 20);
        NettyAllocator netty = NettyAllocator.over(requests);
        Consumer<Channel> pipeline = channel ->
                channel.pipeline().addLast(new HttpServerCodec(), new HttpObjectAggregator(1 << 20), new Twice());
        serve(netty, pipeline, server -> {
            SplittableRandom random = new SplittableRandom(1);
            for (int request = 0; request < 100; request++) {
                String body = "x".repeat(random.nextInt(50_000)) + request;
                assertThat(post(server, body)).isEqualTo(body + body);
            }
        });
        assertThat(requests.stats().peakBytes()).isPositive();
        assertThat(requests.stats().chargedBytes()).isZero();
        assertThat(direct.stats().leaks()).isZero();
        ByteBufKind.requireAllBack(netty);
    }
}
