package io.heapwise.cache.internal;

import io.heapwise.cache.CacheFootprint;
import io.heapwise.cache.EntrySizer;
import io.heapwise.cache.internal.sizing.Calibration;
import io.heapwise.memory.HeapGovernor;
import io.heapwise.memory.PressureState;
import io.heapwise.memory.Shrinkable;
import io.heapwise.memory.Subscription;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * A cache as the governor sees it: so many bytes, which can be limited. Invariant: while a limit of the governor holds,
 * the capacity's pressure limit is that limit in the cache's own unit.
 *
 * <p>Held by its cache, and by the governor only weakly: it goes when the cache goes.
 */
final class GovernedCache<K, V> implements Shrinkable {
    private static final int SAMPLE = 256;

    private final Engine<K, V> engine;
    private final EntrySizer<? super K, ? super V> sizer;
    private final String name;
    private final HeapGovernor governor;
    private final Calibration calibration = new Calibration();
    private final Subscription membership;

    GovernedCache(Blueprint<K, V> blueprint, Engine<K, V> engine) {
        this.engine = engine;
        this.sizer = blueprint.sizer();
        this.name = blueprint.name();
        this.governor = blueprint.governor() == null ? HeapGovernor.ofJvm() : blueprint.governor();
        this.membership = governor.register(this);
    }

    @Override
    public String name() {
        return name;
    }

    @Override
    public long footprintBytes() {
        return footprint().totalBytes();
    }

    @Override
    public void limitBytes(long bytes) {
        Capacity capacity = engine.store.capacity();
        if (bytes == Long.MAX_VALUE) {
            capacity.setPressureLimit(Long.MAX_VALUE);
            return;
        }
        capacity.setPressureLimit(engine.bound.isBytes() ? bytes : inOwnUnit(bytes, capacity.total()));
        engine.store.trimSoon();
    }

    /** Only a bound in bytes means the heap, and can be wrong about it. */
    @Override
    public void heapCollected(PressureState evidence, long heldBytes) {
        if (!engine.bound.isBytes()) {
            return;
        }
        long others = heldBytes - footprintBytes();
        Capacity capacity = engine.store.capacity();
        if (calibration.observe(evidence, capacity.total(), others)) {
            capacity.setCalibration(calibration.factor());
            engine.store.trimSoon();
        }
    }

    /** Bytes as entries or weight, by what one costs on average now; an empty cache has no average, and no limit yet. */
    private long inOwnUnit(long bytes, long total) {
        return total == 0 ? Long.MAX_VALUE : (long) ((double) total * bytes / footprintBytes());
    }

    CacheFootprint footprint() {
        long entries = engine.store.entries();
        long engineBytes = engine.store.engineBytes();
        long entryBytes = engine.bound.isBytes()
                ? Math.max(0, engine.store.capacity().total() - entries * engine.bound.entryTableBytes())
                : Math.round(meanEntryBytes() * entries);
        return new CacheFootprint(entries, engineBytes, entryBytes, calibration.factor());
    }

    /** Mean size of a sample, sized outside the locks: a sizer may be the user's. */
    private double meanEntryBytes() {
        List<Object> sample = new ArrayList<>();
        Directory directory = engine.store.directory();
        int perStripe = Math.max(1, SAMPLE / directory.size());
        int step = Math.max(1, Directory.WALK_END / SAMPLE);
        for (int position = 0; position < Directory.WALK_END && sample.size() < 2 * SAMPLE; ) {
            position = Math.max(position + step, directory.walk(position, stripe -> sample(stripe, perStripe, sample)));
        }
        long bytes = 0;
        for (int i = 0; i < sample.size(); i += 2) {
            bytes += sizeOf(sample.get(i), sample.get(i + 1));
        }
        return sample.isEmpty() ? 0 : 2.0 * bytes / sample.size();
    }

    @SuppressWarnings("unchecked") // only a K gets into the store
    private long sizeOf(Object key, Object value) {
        try {
            V known = engine.unwrap(value);
            return known == null ? 0 : Math.max(0, sizer.sizeOfBytes((K) key, known));
        } catch (RuntimeException thrown) {
            return 0; // a sizer that throws must not break the governor; its puts tell the user
        }
    }

    private static void sample(Stripe stripe, int count, List<Object> sample) {
        Table table = stripe.table();
        int step = Math.max(1, table.slots() / (count + 1));
        for (int slot = 0, taken = 0; slot < table.slots() && taken < count; slot += step) {
            if (table.isOccupied(slot)) {
                sample.add(table.keyAt(slot));
                sample.add(table.valueAt(slot));
                taken++;
            }
        }
    }

    Optional<HeapGovernor.Decision> lastDecision() {
        return Optional.ofNullable(governor.lastDecision());
    }

    void close() {
        membership.close();
        engine.store.capacity().setPressureLimit(Long.MAX_VALUE);
    }
}
