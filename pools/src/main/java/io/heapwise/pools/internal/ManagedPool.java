package io.heapwise.pools.internal;

import io.heapwise.pools.PoolControl;
import io.heapwise.pools.PoolMXBean;
import io.heapwise.pools.PoolStats;
import java.lang.ref.WeakReference;
import java.util.function.Consumer;

/** A pool's bean. Invariant: keeps no pool alive, and of one that is gone all figures are zero. */
public final class ManagedPool implements PoolMXBean {
    private static final PoolStats NONE = new PoolStats(0, 0, 0, 0, 0, 0, 0, 0, 0, 0);

    private final WeakReference<PoolControl> reference;

    public ManagedPool(PoolControl pool) {
        this.reference = new WeakReference<>(pool);
    }

    private PoolStats stats() {
        PoolControl pool = reference.get();
        return pool == null ? NONE : pool.stats();
    }

    private void ifThere(Consumer<PoolControl> action) {
        PoolControl pool = reference.get();
        if (pool != null) {
            action.accept(pool);
        }
    }

    @Override
    public int getMaximumSize() {
        return stats().maximumSize();
    }

    @Override
    public void setMaximumSize(int maximumSize) {
        ifThere(pool -> pool.resize(maximumSize));
    }

    @Override
    public int getIdle() {
        return stats().idle();
    }

    @Override
    public int getLeased() {
        return stats().leased();
    }

    @Override
    public int getWaiting() {
        return stats().waiting();
    }

    @Override
    public int getCreating() {
        return stats().creating();
    }

    @Override
    public long getCreated() {
        return stats().created();
    }

    @Override
    public long getDestroyed() {
        return stats().destroyed();
    }

    @Override
    public long getCreationFailures() {
        return stats().creationFailures();
    }

    @Override
    public long getHookFailures() {
        return stats().hookFailures();
    }

    @Override
    public long getDropped() {
        return stats().dropped();
    }

    @Override
    public void pause() {
        ifThere(PoolControl::pause);
    }

    @Override
    public void resume() {
        ifThere(PoolControl::resume);
    }

    @Override
    public void refresh() {
        ifThere(PoolControl::refresh);
    }
}
