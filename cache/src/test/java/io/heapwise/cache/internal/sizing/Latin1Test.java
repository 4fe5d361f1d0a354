package io.heapwise.cache.internal.sizing;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class Latin1Test {
    @Test
    void oneWideCharacterAnywhereIsFoundInAStringOfTheExactLength() {
        String narrow = "ÿ".repeat(Latin1.EXACT_CHARS);
        assertThat(Latin1.holds(narrow)).isTrue();
        for (int at = 0; at < narrow.length(); at++) {
            assertThat(Latin1.holds(with(narrow, at, 'Ā'))).as("at %d", at).isFalse();
        }
    }

    @Test
    void theEmptyStringIsLatin1() {
        assertThat(Latin1.holds("")).isTrue();
    }

    @Test
    void aLongLatin1StringIsNeverTakenForAWideOne() {
        for (int length = Latin1.EXACT_CHARS + 1; length < 2 * Latin1.EXACT_CHARS; length += 7) {
            assertThat(Latin1.holds("x".repeat(length))).isTrue();
        }
    }

    @Test
    void aWideHeadOrTailOfALongStringIsFound() {
        String narrow = "x".repeat(1_000_000);
        assertThat(Latin1.holds(with(narrow, 255, '€'))).isFalse();
        assertThat(Latin1.holds(with(narrow, narrow.length() - 256, '€'))).isFalse();
    }

    @Test
    void aFewPercentOfWideCharactersInTheMiddleAreFoundAtAnyPeriod() {
        for (int period = 2; period <= 50; period++) {
            String text = ("x".repeat(period - 1) + "ж").repeat(200_000 / period);
            assertThat(Latin1.holds("x".repeat(300) + text + "x".repeat(300)))
                    .as("period %d", period)
                    .isFalse();
        }
    }

    @Test
    void aSingleWideCharacterOfALongStringMayBeMissed() {
        String narrow = "x".repeat(1_000_000);
        int missed = 0;
        for (int at = 500_000; at < 500_020; at++) {
            missed += Latin1.holds(with(narrow, at, '€')) ? 1 : 0;
        }
        assertThat(missed).isGreaterThan(15);
    }

    private static String with(String text, int at, char character) {
        return text.substring(0, at) + character + text.substring(at + 1);
    }
}
