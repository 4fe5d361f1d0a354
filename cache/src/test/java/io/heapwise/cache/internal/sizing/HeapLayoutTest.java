package io.heapwise.cache.internal.sizing;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Map;
import org.junit.jupiter.api.Test;

class HeapLayoutTest {
    private static final long SMALL_HEAP_BYTES = 1L << 30;
    private static final long LARGE_HEAP_BYTES = 64L << 30;

    @Test
    void withoutOptionsASmallHeapHasShortReferences() {
        assertThat(HeapLayout.of(name -> null, 17, SMALL_HEAP_BYTES)).isEqualTo(new HeapLayout(12, 4, 8, false, true));
    }

    @Test
    void withoutOptionsALargeHeapHasLongReferences() {
        assertThat(HeapLayout.of(name -> null, 17, LARGE_HEAP_BYTES).referenceBytes())
                .isEqualTo(8);
    }

    @Test
    void anOptionBeatsTheGuessFromTheHeapSize() {
        Map<String, String> options = Map.of("UseCompressedOops", "true", "ObjectAlignmentInBytes", "16");
        assertThat(HeapLayout.of(options::get, 25, LARGE_HEAP_BYTES)).isEqualTo(new HeapLayout(12, 4, 16, true, true));
    }

    @Test
    void headersAreEightTwelveOrSixteenBytes() {
        assertThat(headerBytes(Map.of("UseCompactObjectHeaders", "true"))).isEqualTo(8);
        assertThat(headerBytes(Map.of("UseCompactObjectHeaders", "false"))).isEqualTo(12);
        assertThat(headerBytes(Map.of("UseCompressedClassPointers", "false"))).isEqualTo(16);
    }

    @Test
    void smallElementsFollowTheLengthFromJdk23On() {
        HeapLayout before = new HeapLayout(16, 8, 8, false, true);
        HeapLayout since = new HeapLayout(16, 8, 8, true, true);
        assertThat(before.arrayBytes(4, 1)).isEqualTo(32);
        assertThat(since.arrayBytes(4, 1)).isEqualTo(24);
        assertThat(since.arrayBytes(1, 8)).isEqualTo(32);
    }

    @Test
    void theLongestArraysDoNotOverflow() {
        HeapLayout heap = new HeapLayout(12, 4, 8, true, true);
        assertThat(heap.arrayBytes(Integer.MAX_VALUE, 8)).isEqualTo(16 + 8L * Integer.MAX_VALUE);
    }

    private static int headerBytes(Map<String, String> options) {
        return HeapLayout.of(options::get, 25, SMALL_HEAP_BYTES).headerBytes();
    }
}
