package io.heapwise.cache.contract;

import com.github.benmanes.caffeine.cache.RemovalCause;
import com.github.benmanes.caffeine.cache.RemovalListener;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;

/** A listener that remembers what it was told, in order. */
final class Notices<K, V> implements RemovalListener<K, V> {
    record Notice(Object key, Object value, RemovalCause cause) {}

    private final List<Notice> told = new CopyOnWriteArrayList<>();

    static Notice notice(Object key, Object value, RemovalCause cause) {
        return new Notice(key, value, cause);
    }

    @Override
    public void onRemoval(K key, V value, RemovalCause cause) {
        told.add(new Notice(key, value, cause));
    }

    List<Notice> told() {
        return told;
    }

    long count(RemovalCause cause) {
        return told.stream().filter(notice -> notice.cause() == cause).count();
    }
}
