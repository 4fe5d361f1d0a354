package io.heapwise.benchmarks.buffers;

import java.util.Random;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.infra.ThreadParams;

/** The buffers that one thread has at a time. What is replaced, and by what size, was drawn before. */
@State(Scope.Thread)
public class LiveSet {
    private static final int DRAWS = 1 << 17;
    private static final long SEED = 42;

    @Param({"WEB_SOCKET", "API_GATEWAY"})
    SizeMix mix;

    @Param({"128", "4096"})
    int live;

    private final int[] sizes = new int[DRAWS];
    private final int[] victims = new int[DRAWS];
    private Object[] buffers;
    private Subject subject;
    private int next;

    @Setup
    public void fill(Lending lending, ThreadParams thread) {
        Random random = new Random(SEED + thread.getThreadIndex());
        for (int draw = 0; draw < DRAWS; draw++) {
            sizes[draw] = mix.draw(random);
            victims[draw] = random.nextInt(live);
        }
        subject = lending.subject();
        buffers = new Object[live];
        for (int at = 0; at < live; at++) {
            buffers[at] = subject.allocate(sizes[at]);
        }
        lending.beforeClose(this::empty);
    }

    private void empty() {
        for (Object buffer : buffers) {
            subject.release(buffer);
        }
    }

    void replaceOne() {
        int draw = next++ & (DRAWS - 1);
        int victim = victims[draw];
        subject.release(buffers[victim]);
        Object buffer = subject.allocate(sizes[draw]);
        subject.write(buffer, 0);
        buffers[victim] = buffer;
    }
}
