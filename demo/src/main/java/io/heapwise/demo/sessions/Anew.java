package io.heapwise.demo.sessions;

/** No pool. */
final class Anew extends ServeRequests {

    @Override
    public String name() {
        return "anew";
    }

    @Override
    public String title() {
        return "a new session each time";
    }

    @Override
    public String setUp(long heapBytes) {
        return "No pool: each request makes a session and ends it. What is forgotten is garbage here, and a session that the"
                + " peer still counts.";
    }

    @Override
    Sessions open(SessionMaker maker) {
        return (request, isForgetful) -> {
            Session session = maker.make();
            session.talk(request);
            if (!isForgetful) {
                session.end();
            }
        };
    }
}
