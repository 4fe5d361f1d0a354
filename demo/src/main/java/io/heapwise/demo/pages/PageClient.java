package io.heapwise.demo.pages;

import io.heapwise.demo.naive.ArticlePagination.Result;
import java.io.IOException;
import java.io.InputStream;
import java.net.HttpURLConnection;
import java.net.InetAddress;
import java.net.Proxy;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;

/**
 * Asks the {@link PageServer} for pages. Thread-safe. It does so on the thread that asks, and on no other: where memory runs out, the
 * contestant is told and nobody else.
 */
final class PageClient {

    private static final int OK = 200;
    private static final int BUSY = 503;
    private static final int ATTEMPTS = 5;
    private static final long FIRST_PAUSE_NANOS = 10_000_000;

    private final String address;
    private final AtomicLong itemsFetched = new AtomicLong();

    PageClient(int port) {
        this.address = "http://" + InetAddress.getLoopbackAddress().getHostAddress() + ":" + port + "/items";
    }

    /** The service has no time now: asking again helps. */
    static final class BusyException extends IOException {
        private static final long serialVersionUID = 1;

        BusyException() {
            super("status=" + BUSY + " (expected " + OK + "): ask again");
        }
    }

    /** One request for a page; the first one has no token. */
    Result<String> fetch(@Nullable String token) throws IOException {
        URI page = URI.create(token == null ? address : address + "?" + token);
        HttpURLConnection connection = (HttpURLConnection) page.toURL().openConnection(Proxy.NO_PROXY);
        int status = connection.getResponseCode();
        if (status == BUSY) {
            throw new BusyException();
        }
        if (status != OK) {
            throw new IOException("status=" + status + " for " + page + " (expected " + OK + ")");
        }
        List<String> lines;
        // Read to its end, so that the JDK can use the connection again.
        try (InputStream body = connection.getInputStream()) {
            lines = new String(body.readAllBytes(), StandardCharsets.US_ASCII)
                    .lines()
                    .toList();
        }
        List<String> items = List.copyOf(lines.subList(1, lines.size()));
        itemsFetched.addAndGet(items.size());
        return new Result<>(items, lines.get(0));
    }

    /** As many requests as it takes, with a pause behind each refusal, twice as long each time. */
    Result<String> fetchPatiently(@Nullable String token) throws IOException {
        for (int attempt = 1; attempt < ATTEMPTS; attempt++) {
            try {
                return fetch(token);
            } catch (BusyException refused) {
                LockSupport.parkNanos(FIRST_PAUSE_NANOS << (attempt - 1));
            }
        }
        return fetch(token);
    }

    /** How many items have come so far. */
    long itemsFetched() {
        return itemsFetched.get();
    }
}
