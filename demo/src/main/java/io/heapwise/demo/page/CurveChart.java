package io.heapwise.demo.page;

import io.heapwise.demo.Sample;
import java.util.List;
import java.util.Locale;
import java.util.function.ToLongFunction;

/**
 * Curves over time, as SVG. All charts of a page that are made with the same ends of their axes can be compared by eye.
 * Nothing is drawn for values below zero: they are not known.
 */
final class CurveChart {

    private static final int WIDTH = 420;
    private static final int LEFT = 46;
    private static final int RIGHT = 8;
    private static final int TOP = 10;
    private static final int BOTTOM = 22;

    private final Markup svg = new Markup();
    private final List<Sample> samples;
    private final int height;
    private final long endMillis;
    private final long endValue;

    /**
     * @param samples in the order of time, at least one
     * @param endMillis where the time axis ends
     * @param endValue where the value axis ends
     */
    CurveChart(String description, List<Sample> samples, int height, long endMillis, long endValue) {
        this.samples = samples;
        this.height = height;
        this.endMillis = Math.max(1, endMillis);
        this.endValue = Math.max(1, endValue);
        svg.open("svg", "viewBox", "0 0 " + WIDTH + " " + height, "role", "img", "aria-label", description);
    }

    /** Lines across, each with its label: the value axis. */
    CurveChart grid(List<Long> values, List<String> labels) {
        for (int i = 0; i < values.size(); i++) {
            String y = number(y(values.get(i)));
            svg.empty("line", "class", "grid", "x1", LEFT, "x2", WIDTH - RIGHT, "y1", y, "y2", y);
            svg.element("text", labels.get(i), "class", "tick end", "x", LEFT - 5, "y", number(y(values.get(i)) + 4));
        }
        return this;
    }

    /** Labels below: the time axis, every so many seconds. */
    CurveChart seconds(int step) {
        for (int second = 0; second * 1000L <= endMillis; second += step) {
            String label = second == 0 ? "0 s" : Integer.toString(second);
            svg.element("text", label, "class", "tick middle", "x", number(x(second * 1000L)), "y", height - 6);
        }
        return this;
    }

    /** The space below a curve, filled. */
    CurveChart area(String style, ToLongFunction<Sample> value) {
        StringBuilder path = new StringBuilder("M").append(point(samples.get(0).millis(), 0));
        samples.forEach(sample -> path.append('L').append(point(sample.millis(), value.applyAsLong(sample))));
        path.append('L')
                .append(point(samples.get(samples.size() - 1).millis(), 0))
                .append('Z');
        svg.empty("path", "class", style, "d", path);
        return this;
    }

    /** A curve. */
    CurveChart line(String style, ToLongFunction<Sample> value) {
        StringBuilder path = new StringBuilder();
        for (Sample sample : samples) {
            if (value.applyAsLong(sample) >= 0) {
                path.append(path.isEmpty() ? 'M' : 'L').append(point(sample.millis(), value.applyAsLong(sample)));
            }
        }
        if (!path.isEmpty()) {
            svg.empty("path", "class", style, "d", path);
        }
        return this;
    }

    /** A mark where the curve ends early, with a word at its side. */
    CurveChart ending(String style, String word, long value) {
        long millis = samples.get(samples.size() - 1).millis();
        double x = x(millis);
        boolean leftOfIt = x > WIDTH * 0.7;
        svg.empty("circle", "class", style, "cx", number(x), "cy", number(y(value)), "r", 4);
        svg.element(
                "text",
                word,
                "class",
                "ending " + (leftOfIt ? "end " : "") + style,
                "x",
                number(leftOfIt ? x - 9 : x + 9),
                "y",
                number(Math.max(TOP + 12, y(value) + 4)));
        return this;
    }

    Markup markup() {
        return new Markup().add(svg.close());
    }

    private double x(long millis) {
        return LEFT + (double) (WIDTH - LEFT - RIGHT) * Math.min(millis, endMillis) / endMillis;
    }

    private double y(long value) {
        return TOP + (double) (height - TOP - BOTTOM) * (endValue - Math.min(value, endValue)) / endValue;
    }

    private String point(long millis, long value) {
        return number(x(millis)) + " " + number(y(value));
    }

    private static String number(double number) {
        return String.format(Locale.ROOT, "%.1f", number);
    }
}
