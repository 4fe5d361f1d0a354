package io.heapwise.demo.pages;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.Closeable;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.LockSupport;

/**
 * A service that gives its items page by page, on the loopback address. Invariant: who follows the tokens from the first page on, and
 * asks again whenever it is told to, gets each item once, and then empty pages for ever, each with the token it was asked with.
 *
 * <p>That is how a service ends that knows of nothing more now, but may later: a feed of events, a stream of changes. An answer is
 *
 * <pre>
 * token of the next page
 * item                     as many lines as the page has items
 * </pre>
 *
 * <p>It answers one request at a time, on the thread of the JDK's server; a contestant has no more.
 */
final class PageServer implements Closeable {

    static final int PAGE_ITEMS = 200;
    static final int ITEM_CHARACTERS = 1_000;
    static final long ANSWER_MILLIS = 20;
    static final int BUSY_ONE_IN = 20;

    private static final int OK = 200;
    private static final int BUSY = 503;

    private final HttpServer server;
    private final long items;
    private final long answerNanos;
    private final AtomicLong requests = new AtomicLong();

    private PageServer(HttpServer server, long items, long answerNanos) {
        this.server = server;
        this.items = items;
        this.answerNanos = answerNanos;
    }

    /** Opens it at a port that was free. */
    static PageServer open(long items, long answerMillis) throws IOException {
        // Otherwise the rest of an answer waits for the client's delayed acknowledgement of its head, up to 40 ms, but
        // only where the connection was idle: readers who process between two pages would look slower than they are.
        System.setProperty("sun.net.httpserver.nodelay", "true");
        HttpServer http = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        PageServer server = new PageServer(http, items, answerMillis * 1_000_000);
        http.createContext("/items", server::answer);
        http.start();
        return server;
    }

    int port() {
        return server.getAddress().getPort();
    }

    /** How often it was asked, refusals included. */
    long requests() {
        return requests.get();
    }

    private void answer(HttpExchange exchange) throws IOException {
        long start = System.nanoTime();
        try (exchange) {
            if (requests.incrementAndGet() % BUSY_ONE_IN == 0) {
                exchange.sendResponseHeaders(BUSY, -1);
                return;
            }
            String token = exchange.getRequestURI().getQuery();
            byte[] page = page(token == null ? 0 : Long.parseLong(token)).getBytes(StandardCharsets.US_ASCII);
            waitUntil(start + answerNanos);
            exchange.sendResponseHeaders(OK, page.length);
            exchange.getResponseBody().write(page);
        }
    }

    /** The page that begins with this item. A token is the number of the first item behind a page. */
    private String page(long first) {
        long end = Math.min(items, first + PAGE_ITEMS);
        StringBuilder page = new StringBuilder().append(end).append('\n');
        for (long number = first; number < end; number++) {
            page.append(item(number)).append('\n');
        }
        return page.toString();
    }

    static String item(long number) {
        String words = "item " + number + " and what is to be known about it; ";
        return words.repeat(ITEM_CHARACTERS / words.length() + 1).substring(0, ITEM_CHARACTERS);
    }

    private static void waitUntil(long nanoTime) {
        long left = nanoTime - System.nanoTime();
        while (left > 0 && !Thread.currentThread().isInterrupted()) {
            LockSupport.parkNanos(left);
            left = nanoTime - System.nanoTime();
        }
    }

    /** Does not wait for answers under way: nobody is left to read them. */
    @Override
    public void close() {
        server.stop(0);
    }
}
