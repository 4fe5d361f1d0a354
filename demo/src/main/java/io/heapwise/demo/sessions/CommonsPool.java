package io.heapwise.demo.sessions;

import java.time.Duration;
import org.apache.commons.pool2.BasePooledObjectFactory;
import org.apache.commons.pool2.PooledObject;
import org.apache.commons.pool2.impl.AbandonedConfig;
import org.apache.commons.pool2.impl.DefaultPooledObject;
import org.apache.commons.pool2.impl.GenericObjectPool;
import org.apache.commons.pool2.impl.GenericObjectPoolConfig;

/** commons-pool2, told to take back what was borrowed long ago. */
final class CommonsPool extends ServeRequests {
    private static final Duration ABANDONED_AFTER = Duration.ofSeconds(1);

    @Override
    public String name() {
        return "commons";
    }

    @Override
    public String title() {
        return "commons-pool2";
    }

    @Override
    public String setUp(long heapBytes) {
        return "GenericObjectPool with maxTotal " + SESSIONS
                + " and an AbandonedConfig that takes a session away from whoever has"
                + " had it for " + ABANDONED_AFTER.toSeconds()
                + " s, when somebody borrows and few are left. That time is found by hand: a"
                + " holder that is slow loses its session too, while it uses it.";
    }

    @Override
    Sessions open(SessionMaker maker) {
        GenericObjectPoolConfig<Session> config = new GenericObjectPoolConfig<>();
        config.setMaxTotal(SESSIONS);
        config.setMaxIdle(SESSIONS);
        config.setMaxWait(Duration.ofSeconds(30));
        config.setJmxEnabled(false);
        AbandonedConfig abandoned = new AbandonedConfig();
        abandoned.setRemoveAbandonedOnBorrow(true);
        abandoned.setRemoveAbandonedTimeout(ABANDONED_AFTER);
        @SuppressWarnings("resource") // ends with the process
        GenericObjectPool<Session> pool = new GenericObjectPool<>(new Factory(maker), config, abandoned);
        return (request, isForgetful) -> {
            Session session = pool.borrowObject();
            session.talk(request);
            if (!isForgetful) {
                pool.returnObject(session);
            }
        };
    }

    private static final class Factory extends BasePooledObjectFactory<Session> {
        private final SessionMaker maker;

        Factory(SessionMaker maker) {
            this.maker = maker;
        }

        @Override
        public Session create() throws Exception {
            return maker.make();
        }

        @Override
        public PooledObject<Session> wrap(Session session) {
            return new DefaultPooledObject<>(session);
        }

        @Override
        public void destroyObject(PooledObject<Session> pooled) {
            pooled.getObject().end();
        }
    }
}
