package io.heapwise.streams;

import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.regex.Pattern;
import java.util.zip.CRC32;
import org.jspecify.annotations.Nullable;

/**
 * Where a reader is: behind some items of a page. Invariant: as text it says exactly that, or it is refused.
 *
 * @param position where the page begins; null for the first page
 * @param isEnd whether there is no such page any more
 * @param skip how many of its items were handed out
 * @param pages how many pages came before it
 * @param items how many items were handed out altogether
 */
record Checkpoint<P>(@Nullable P position, boolean isEnd, int skip, long pages, long items) {
    /*
     * As text: version.kind.pages.items.skip.state.sum with numbers to the base of 36. The state is "f" for the first page, "e" for the
     * end, or "p" and the position in the letters of base 64 that need no escape in a URL. The sum is the CRC-32 of what is before it: a
     * text that was cut off could be a position as well, of another page.
     */
    private static final String VERSION = "1";
    private static final Pattern KIND = Pattern.compile("[A-Za-z0-9-]{1,32}");
    private static final int SHOWN_CHARS = 60;

    static <P> Checkpoint<P> start() {
        return startAt(null);
    }

    static <P> Checkpoint<P> startAt(@Nullable P position) {
        return new Checkpoint<>(position, false, 0, 0, 0);
    }

    String text(PageSource<?, P> source) {
        String state = isEnd ? "e" : position == null ? "f" : "p" + encode(source.write(position));
        String text = String.join(
                ".",
                VERSION,
                requireKind(source),
                Long.toString(pages, 36),
                Long.toString(items, 36),
                Integer.toString(skip, 36),
                state);
        return text + "." + sum(text);
    }

    static <P> Checkpoint<P> of(String text, PageSource<?, P> source) {
        String[] parts = text.split("\\.", -1);
        if (parts.length != 7
                || !parts[0].equals(VERSION)
                || !parts[6].equals(sum(text.substring(0, text.length() - parts[6].length() - 1)))) {
            throw malformed(text, "one that checkpoint() gave", null);
        }
        if (!parts[1].equals(requireKind(source))) {
            throw malformed(text, "one of pages of kind=" + source.kind(), null);
        }
        try {
            String state = parts[5];
            P position = state.startsWith("p") ? source.read(decode(state.substring(1))) : null;
            return new Checkpoint<>(
                    position, state.equals("e"), Math.toIntExact(number(parts[4])), number(parts[2]), number(parts[3]));
        } catch (IllegalArgumentException | ArithmeticException unreadable) {
            throw malformed(text, "one that checkpoint() gave", unreadable);
        }
    }

    private static long number(String digits) {
        return Long.parseLong(digits, 36);
    }

    private static String requireKind(PageSource<?, ?> source) {
        String kind = source.kind();
        if (!KIND.matcher(kind).matches()) {
            throw new IllegalStateException(
                    "kind=" + kind + " (expected 1 to 32 letters, digits and hyphens): name the source otherwise");
        }
        return kind;
    }

    private static String encode(String position) {
        byte[] bytes = position.getBytes(StandardCharsets.UTF_8);
        if (!new String(bytes, StandardCharsets.UTF_8).equals(position)) {
            // Half a surrogate pair would come back as a question mark, and lead elsewhere.
            throw new IllegalStateException(
                    "position has chars that are no text (expected Unicode): write it otherwise");
        }
        return Base64.getUrlEncoder().withoutPadding().encodeToString(bytes);
    }

    private static String decode(String letters) {
        return new String(Base64.getUrlDecoder().decode(letters), StandardCharsets.UTF_8);
    }

    private static String sum(String text) {
        CRC32 sum = new CRC32();
        sum.update(text.getBytes(StandardCharsets.UTF_8));
        return Long.toString(sum.getValue(), 36);
    }

    private static IllegalArgumentException malformed(String text, String expected, @Nullable Throwable cause) {
        String shown = text.length() <= SHOWN_CHARS ? text : text.substring(0, SHOWN_CHARS) + "...";
        return new IllegalArgumentException(
                "checkpoint=" + shown + " (expected " + expected + "): give it unchanged, to pages of the same source",
                cause);
    }
}
