package io.heapwise.streams;

import java.nio.charset.Charset;
import java.nio.charset.CodingErrorAction;
import java.nio.charset.StandardCharsets;
import java.util.function.Consumer;
import java.util.function.LongConsumer;

/**
 * How to read lines. Invariant: nothing changes any more once {@link #with} has returned it. So a final field publishes it safely, although
 * its own are not final: a copy with one change is the only way to another.
 */
final class LineSettings {
    int maxLineBytes;
    LongLinePolicy longLines = LongLinePolicy.FAIL;
    Charset charset = StandardCharsets.UTF_8;
    CodingErrorAction malformed = CodingErrorAction.REPORT;
    boolean isAnyLineBreak;
    boolean isChecked;
    int bufferBytes;
    LongConsumer progress = bytes -> {};

    LineSettings(int maxLineBytes, int bufferBytes) {
        this.maxLineBytes = maxLineBytes;
        this.bufferBytes = bufferBytes;
    }

    private LineSettings(LineSettings like) {
        maxLineBytes = like.maxLineBytes;
        longLines = like.longLines;
        charset = like.charset;
        malformed = like.malformed;
        isAnyLineBreak = like.isAnyLineBreak;
        isChecked = like.isChecked;
        bufferBytes = like.bufferBytes;
        progress = like.progress;
    }

    LineSettings with(Consumer<LineSettings> change) {
        LineSettings changed = new LineSettings(this);
        change.accept(changed);
        return changed;
    }
}
