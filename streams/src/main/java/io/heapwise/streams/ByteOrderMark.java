package io.heapwise.streams;

/** The first bytes of a text, where they name its encoding (the Unicode Standard, section 23.8). */
enum ByteOrderMark {
    NONE,
    MORE_BYTES_NEEDED,
    UTF_8,
    UTF_16,
    UTF_32;

    private static final int[] UTF_8_BYTES = {0xef, 0xbb, 0xbf};
    private static final int[] UTF_16_BIG = {0xfe, 0xff};
    private static final int[] UTF_16_OR_32_LITTLE = {0xff, 0xfe};
    private static final int[] UTF_32_BIG = {0x00, 0x00, 0xfe, 0xff};

    /**
     * Which mark a text begins with. More bytes are asked for only where those that are there begin a mark: a text of one byte is not kept
     * waiting for others.
     */
    static ByteOrderMark of(byte[] bytes, int from, int to) {
        if (from == to) {
            return MORE_BYTES_NEEDED;
        }
        boolean isBeginning = false;
        for (int[] mark : new int[][] {UTF_8_BYTES, UTF_16_BIG, UTF_16_OR_32_LITTLE, UTF_32_BIG}) {
            int common = 0;
            while (common < mark.length && from + common < to && (bytes[from + common] & 0xff) == mark[common]) {
                common++;
            }
            if (common == mark.length) {
                return mark == UTF_8_BYTES ? UTF_8 : mark == UTF_32_BIG ? UTF_32 : UTF_16;
            }
            isBeginning |= from + common == to;
        }
        return isBeginning ? MORE_BYTES_NEEDED : NONE;
    }
}
