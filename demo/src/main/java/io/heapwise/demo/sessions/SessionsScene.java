package io.heapwise.demo.sessions;

import io.heapwise.demo.Contestant;
import io.heapwise.demo.Run;
import io.heapwise.demo.Scene;
import java.nio.file.Path;
import java.util.List;

/** Requests served by few sessions, while the peer refuses some and a holder forgets some. */
public final class SessionsScene implements Scene {
    private static final long REQUESTS = 30_000;

    @Override
    public String name() {
        return "sessions";
    }

    @Override
    public String title() {
        return "Many requests, few sessions, and somebody who forgets";
    }

    @Override
    public List<String> story() {
        return List.of(
                ServeRequests.SERVERS + " servers answer requests. Each needs a session with a slow peer, which takes "
                        + SessionMaker.MAKING_MILLIS + " ms to make and has a buffer of a megabyte, so there may be "
                        + ServeRequests.SESSIONS + " at most, and they are used again and again.",
                "Nothing is perfect: the peer refuses one new session in " + SessionMaker.REFUSED_ONE_IN
                        + ", and one request in a thousand forgets to give back what it borrowed. A pool that does not notice"
                        + " has lost its last session before long.");
    }

    @Override
    public String operations() {
        return "requests";
    }

    @Override
    public String rate() {
        return "served";
    }

    @Override
    public String held() {
        return "sessions";
    }

    @Override
    public List<Contestant> contestants() {
        return List.of(new Anew(), new Naive(), new Heapwise(), new CommonsPool());
    }

    @Override
    public Stage prepare(Path folder, long most) {
        return Stage.of(REQUESTS);
    }

    @Override
    public List<String> verdict(List<Run> runs) {
        return new ServeVerdict(runs).paragraphs();
    }

    @Override
    public String credit() {
        return "";
    }
}
