package io.heapwise.memory;

import java.util.Objects;

/**
 * A source that says what a test tells it to. Invariant: everything told reaches every sink that is open, on the thread
 * that tells it, before the call returns.
 *
 * <pre>{@code
 * ScriptedSource script = new ScriptedSource(100 * MIB);
 * MemoryPressure pressure = script.pressure(new ManualTicker());
 * script.fullCollection(90 * MIB);          // pressure.level() is HIGH
 * script.fullCollection(20 * MIB);          // and NORMAL again
 * }</pre>
 *
 * <p>Thread-safe.
 *
 * @since 0.1.0
 */
public final class ScriptedSource implements PressureSource {
    private final Listeners<Sink> sinks = Listeners.named("ScriptedSource", Integer.MAX_VALUE);
    private final long heapMaxBytes;

    /**
     * Creates a source.
     *
     * @param heapMaxBytes the limit of the heap it plays, above 0
     * @throws IllegalArgumentException if it is not above 0
     */
    public ScriptedSource(long heapMaxBytes) {
        if (heapMaxBytes <= 0) {
            throw new IllegalArgumentException(
                    "heapMaxBytes=" + heapMaxBytes + " (expected > 0): give the size of the heap to play");
        }
        this.heapMaxBytes = heapMaxBytes;
    }

    /**
     * Opens a pressure over this source with the default thresholds.
     *
     * @param ticker time
     * @return the pressure, to be closed by the caller
     */
    public MemoryPressure pressure(Ticker ticker) {
        return MemoryPressure.of(this, ticker, PressureThresholds.defaults());
    }

    @Override
    public Subscription open(Sink sink) {
        return sinks.add(sink);
    }

    /**
     * Plays a full collection that leaves so much.
     *
     * @param liveBytes in use after it, at least 1
     */
    public void fullCollection(long liveBytes) {
        collection(HeapEvidence.of(EvidenceKind.FULL, heapMaxBytes, liveBytes, heapMaxBytes));
    }

    /**
     * Plays a young collection, which can only lower the bound.
     *
     * @param usedAfterBytes in use after it, at least 1
     */
    public void youngCollection(long usedAfterBytes) {
        collection(HeapEvidence.of(EvidenceKind.YOUNG, heapMaxBytes, usedAfterBytes, heapMaxBytes));
    }

    /**
     * Plays the full collections that bring a pressure with the default thresholds from any level to the given one.
     *
     * @param level where to go
     */
    public void level(PressureLevel level) {
        Objects.requireNonNull(level, "level");
        double occupancy = switch (level) {
            case NORMAL -> 0.30;
            case ELEVATED -> 0.74;
            case HIGH -> 0.86;
            case CRITICAL -> 0.96;
        };
        // Twice: CRITICAL wants to be confirmed.
        fullCollection((long) (occupancy * heapMaxBytes));
        fullCollection((long) (occupancy * heapMaxBytes));
    }

    /**
     * Plays any collection.
     *
     * @param evidence what it showed
     */
    public void collection(HeapEvidence evidence) {
        Objects.requireNonNull(evidence, "evidence");
        sinks.forEach(sink -> sink.collection(evidence));
    }

    /**
     * Plays the collectors' clocks.
     *
     * @param stoppedMillis see {@link PressureSource.Sink#collectorTime}
     * @param cycleMillis see {@link PressureSource.Sink#collectorTime}
     */
    public void collectorTime(long stoppedMillis, long cycleMillis) {
        sinks.forEach(sink -> sink.collectorTime(stoppedMillis, cycleMillis));
    }

    /**
     * Plays the use of a resource outside the heap.
     *
     * @param resource DIRECT or METASPACE
     * @param usedBytes in use now
     * @param maxBytes its limit, or 0 if none is set
     */
    public void usage(PressureResource resource, long usedBytes, long maxBytes) {
        Objects.requireNonNull(resource, "resource");
        sinks.forEach(sink -> sink.usage(resource, usedBytes, maxBytes));
    }

    /**
     * Plays a container.
     *
     * @param workingSetBytes see {@link PressureSource.Sink#container}
     * @param limitBytes see {@link PressureSource.Sink#container}
     */
    public void container(long workingSetBytes, long limitBytes) {
        sinks.forEach(sink -> sink.container(workingSetBytes, limitBytes, Double.NaN, Double.NaN));
    }

    /**
     * Plays a source that cannot see.
     *
     * @param reason why
     */
    public void unknown(String reason) {
        Objects.requireNonNull(reason, "reason");
        sinks.forEach(sink -> sink.unknown(reason));
    }

    /**
     * How many sinks are open: 0 once every pressure over this source is closed.
     *
     * @return the count
     */
    public int openSinks() {
        return sinks.size();
    }
}
