package io.heapwise.stress;

import java.util.HashMap;
import java.util.Map;

/** What the operations mean when they happen one after the other. */
public final class SequentialMap {
    private final Map<Integer, Integer> map = new HashMap<>();

    public Integer get(int key) {
        return map.get(key);
    }

    public Integer put(int key, int value) {
        return map.put(key, value);
    }

    public Integer putIfAbsent(int key, int value) {
        return map.putIfAbsent(key, value);
    }

    public Integer remove(int key) {
        return map.remove(key);
    }

    public boolean removeIfEqual(int key, int value) {
        return map.remove(key, value);
    }

    public Integer replace(int key, int value) {
        return map.replace(key, value);
    }

    public boolean replaceIfEqual(int key, int value) {
        return map.replace(key, value, value + 1);
    }

    public Integer load(int key, int value) {
        return map.computeIfAbsent(key, k -> value);
    }

    public Integer computeIfPresent(int key, int value) {
        return map.computeIfPresent(key, (k, old) -> old + value);
    }

    public Integer compute(int key, int value) {
        return map.compute(key, (k, old) -> old == null ? value : null);
    }

    public Integer merge(int key, int value) {
        return map.merge(key, value, Integer::sum);
    }
}
