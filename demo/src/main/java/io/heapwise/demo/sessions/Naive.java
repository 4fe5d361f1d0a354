package io.heapwise.demo.sessions;

import io.heapwise.demo.naive.ArticlePool;

/** The article's pool, at its best. */
final class Naive extends ServeRequests {

    @Override
    public String name() {
        return "naive";
    }

    @Override
    public String title() {
        return "the article's pool";
    }

    @Override
    public String setUp(long heapBytes) {
        return "The article's ConnectionPool, carried over method by method with one lock around it and its maxSize of "
                + SESSIONS
                + ". The article's class calls once and emit on itself and is no EventEmitter, so its first release"
                + " is a TypeError, and an acquire beyond the tenth too; here it is one, as was plainly meant.";
    }

    @Override
    Sessions open(SessionMaker maker) {
        ArticlePool<Session> pool = new ArticlePool<>(maker::make, SESSIONS);
        return (request, isForgetful) -> {
            Session session = pool.acquire().get();
            session.talk(request);
            if (!isForgetful) {
                pool.release(session);
            }
        };
    }
}
