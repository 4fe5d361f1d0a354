package io.heapwise.demo.sessions;

import io.heapwise.memory.LeakTracker;
import io.heapwise.pools.Lease;
import io.heapwise.pools.Pool;

/** Ours, told to watch each lease, since a session is dear beside that. */
final class Heapwise extends ServeRequests {

    @Override
    public String name() {
        return "heapwise";
    }

    @Override
    public String title() {
        return "Heapwise";
    }

    @Override
    public String setUp(long heapBytes) {
        return "Pool.builder(maker).maximumSize(" + SESSIONS
                + ").destroyer(Session::end).leakTracker(full). Sessions are made off"
                + " the caller's thread, and a refusal is followed by another attempt while callers wait. A lease that was"
                + " dropped is found by the collector, whenever that was, and nobody who is merely slow loses a session. (Left"
                + " to its default the tracker watches few leases by themselves, and a drop is noticed some ten seconds later.)";
    }

    @Override
    Sessions open(SessionMaker maker) {
        Pool<Session> pool = Pool.builder(maker::make)
                .maximumSize(SESSIONS)
                .destroyer(Session::end)
                .leakTracker(LeakTracker.named("session", LeakTracker.Mode.FULL))
                .build();
        return (request, isForgetful) -> {
            Lease<Session> lease = pool.acquire();
            lease.get().talk(request);
            if (!isForgetful) {
                lease.close();
            }
        };
    }
}
