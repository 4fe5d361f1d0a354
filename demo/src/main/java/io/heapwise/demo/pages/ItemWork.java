package io.heapwise.demo.pages;

import io.heapwise.demo.Meter;
import java.nio.charset.StandardCharsets;
import java.util.Locale;
import java.util.zip.CRC32;

/**
 * What is done with each item: it goes into a check sum, and costs at least {@value #ITEM_NANOS} ns, spun away. Invariant: who processes the
 * same items in the same order comes to the same result. For one thread.
 */
final class ItemWork {

    static final long ITEM_NANOS = 75_000;

    private final CRC32 sum = new CRC32();
    private final Meter meter;

    ItemWork(Meter meter) {
        this.meter = meter;
    }

    void process(String item) {
        long start = System.nanoTime();
        sum.update(item.getBytes(StandardCharsets.US_ASCII));
        while (System.nanoTime() - start < ITEM_NANOS) {
            Thread.onSpinWait();
        }
        meter.countOperation();
    }

    String result() {
        return String.format(Locale.ROOT, "%,d items, check sum %08x", meter.operations(), sum.getValue());
    }
}
