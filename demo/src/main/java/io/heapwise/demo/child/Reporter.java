package io.heapwise.demo.child;

import io.heapwise.demo.Meter;
import io.heapwise.demo.Outcome;
import io.heapwise.demo.Sample;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.TimeUnit;

/**
 * Says ten times a second how the child is doing, and at last how it ended. Invariant: there is one end, and nothing is
 * said after it. A sample that finds no memory is left out.
 */
final class Reporter {

    private static final long PERIOD_MILLIS = 100;

    private final PrintStream out;
    private final HeapGauge gauge;
    private final Meter meter;
    private final long limitMillis;
    private long startNanos = System.nanoTime();
    private long gcMillisBefore;
    private long newestLiveBytes = Sample.UNKNOWN;
    private boolean ended;

    /** @param limitMillis how long the work may take; then the reporter ends it, and the JVM with it */
    Reporter(PrintStream out, HeapGauge gauge, Meter meter, long limitMillis) {
        this.out = out;
        this.limitMillis = limitMillis;
        this.gauge = gauge;
        this.meter = meter;
        gauge.prepare();
        // For the classes, as above; what this says goes nowhere.
        new Message.End(Outcome.DIED, new Message.Progress(sample()).line()).line();
        this.gcMillisBefore = gauge.gcMillis();
        this.startNanos = System.nanoTime();
    }

    /** Begins to report, on a thread that does not keep the JVM alive and that a busy contestant should not delay. */
    @SuppressWarnings("ThreadPriorityCheck")
    void start() {
        Thread thread = new Thread(this::reportUntilEnded, "demo-reporter");
        thread.setDaemon(true);
        thread.setPriority(Thread.MAX_PRIORITY);
        thread.start();
    }

    /**
     * Says that the work is over, after a last sample: done, or out of time. Only the live set in that sample is newer than
     * the end, for a contestant whose heap never had to be collected as a whole.
     */
    synchronized void finish(Outcome outcome, String detail) {
        if (ended) {
            return;
        }
        ended = true;
        Sample last = sample();
        System.gc();
        say(new Message.Progress(last.withLiveBytes(gauge.liveBytes())));
        say(new Message.End(outcome, detail));
    }

    /**
     * Says why the work was not done, after a last sample. In it are the heap and the count from before the contestant is let
     * go, and the live set that was seen last: to say anything takes memory, and there may be none until then.
     */
    synchronized void fail(Outcome outcome, String detail) {
        if (ended) {
            return;
        }
        ended = true;
        long usedBytes = gauge.usedBytes();
        long held = meter.held();
        meter.forgetHeld();
        try {
            say(new Message.Progress(new Sample(
                    elapsedMillis(),
                    usedBytes,
                    newestLiveBytes == Sample.UNKNOWN ? gauge.liveBytes() : newestLiveBytes,
                    meter.operations(),
                    meter.misses(),
                    held,
                    gauge.gcMillis() - gcMillisBefore)));
        } catch (OutOfMemoryError e) {
            // Then the sample before is the last one; how it ended must be said all the same.
        }
        say(new Message.End(outcome, detail));
    }

    /** Says how it is doing now. */
    synchronized void report() {
        if (!ended) {
            Sample now = sample();
            newestLiveBytes = now.liveBytes();
            say(new Message.Progress(now));
        }
    }

    private void reportUntilEnded() {
        try {
            while (elapsedMillis() < limitMillis) {
                reportIfMemoryAllows();
                TimeUnit.MILLISECONDS.sleep(PERIOD_MILLIS);
            }
            finish(Outcome.STOPPED, "its time was over");
            Runtime.getRuntime().halt(0);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private void reportIfMemoryAllows() {
        try {
            report();
        } catch (OutOfMemoryError e) {
            // The contestant's own error is what counts; the next sample may find room.
        }
    }

    private Sample sample() {
        return new Sample(
                elapsedMillis(),
                gauge.usedBytes(),
                gauge.liveBytes(),
                meter.operations(),
                meter.misses(),
                meter.held(),
                gauge.gcMillis() - gcMillisBefore);
    }

    private long elapsedMillis() {
        return TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - startNanos);
    }

    private void say(Message message) {
        byte[] line = (message.line() + "\n").getBytes(StandardCharsets.US_ASCII);
        out.write(line, 0, line.length);
        out.flush();
    }
}
