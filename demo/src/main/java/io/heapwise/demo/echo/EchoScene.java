package io.heapwise.demo.echo;

import io.heapwise.demo.Contestant;
import io.heapwise.demo.Run;
import io.heapwise.demo.Scene;
import java.nio.file.Path;
import java.util.List;

/** A server that needs memory outside the heap for each request. */
public final class EchoScene implements Scene {
    private static final long REQUESTS = 100_000;

    @Override
    public String name() {
        return "echo";
    }

    @Override
    public String title() {
        return "A buffer for each request, and who frees it";
    }

    @Override
    public List<String> story() {
        return List.of(
                "A server of one thread echoes what " + EchoRequests.CLIENTS
                        + " clients send it over the network of this machine: half of the requests have less"
                        + " than 5 KB, the largest " + (EchoConnection.MOST_BYTES >> 10)
                        + ". Each needs memory from its length on until its answer has been written.",
                "Memory outside the heap is what the network wants. But a direct buffer is small to the collector however large it is, so nobody hurries to free it;"
                        + " and arrays are copied on the way. After the last request the server stays up for "
                        + EchoRequests.REST_MILLIS / 1000 + " s: what does it keep?");
    }

    @Override
    public String operations() {
        return "requests";
    }

    @Override
    public String rate() {
        return "right";
    }

    @Override
    public String held() {
        return "KB of direct memory";
    }

    @Override
    public List<Contestant> contestants() {
        return List.of(new NaiveDirect(), new NaiveHeap(), new Heapwise());
    }

    @Override
    public Stage prepare(Path folder, long most) {
        return Stage.of(REQUESTS);
    }

    @Override
    public List<String> verdict(List<Run> runs) {
        return new EchoVerdict(runs).paragraphs();
    }

    @Override
    public String credit() {
        return "";
    }
}
