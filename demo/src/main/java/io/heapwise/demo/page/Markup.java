package io.heapwise.demo.page;

import java.util.ArrayDeque;
import java.util.Deque;

/**
 * Builds a document of elements. Invariant: what {@link #toString} gives is well-formed XML, whatever text is put in. For
 * one thread.
 */
final class Markup {

    private final StringBuilder document = new StringBuilder();
    private final Deque<String> open = new ArrayDeque<>();

    /** Opens an element; the attributes are names and values in turn. */
    Markup open(String element, Object... attributes) {
        start(element, attributes).append('>');
        open.push(element);
        return this;
    }

    /** Closes the element that was opened last. */
    Markup close() {
        document.append("</").append(open.pop()).append(">\n");
        return this;
    }

    /** An element with no content, written so that both XML and HTML read it. Only for elements that HTML knows as such, and SVG. */
    Markup empty(String element, Object... attributes) {
        start(element, attributes).append("/>\n");
        return this;
    }

    /** An element with text in it. */
    Markup element(String element, String text, Object... attributes) {
        return open(element, attributes).text(text).close();
    }

    Markup text(String text) {
        escape(text);
        return this;
    }

    /** What was built by another. */
    Markup add(Markup other) {
        document.append(other);
        return this;
    }

    /** The document; every element must be closed. */
    @Override
    public String toString() {
        if (!open.isEmpty()) {
            throw new IllegalStateException("open elements=" + open + " (expected none): close them first");
        }
        return document.toString();
    }

    private StringBuilder start(String element, Object... attributes) {
        if (attributes.length % 2 != 0) {
            throw new IllegalArgumentException("attributes.length=" + attributes.length
                    + " (expected an even number): give names and values in turn");
        }
        document.append('<').append(element);
        for (int i = 0; i < attributes.length; i += 2) {
            document.append(' ').append(attributes[i]).append("=\"");
            escape(String.valueOf(attributes[i + 1]));
            document.append('"');
        }
        return document;
    }

    private void escape(String text) {
        for (int i = 0; i < text.length(); i++) {
            char character = text.charAt(i);
            switch (character) {
                case '<' -> document.append("&lt;");
                case '>' -> document.append("&gt;");
                case '&' -> document.append("&amp;");
                case '"' -> document.append("&quot;");
                default -> {
                    boolean control = character < ' ' && character != '\n' && character != '\t';
                    boolean unpaired = Character.isSurrogate(character);
                    document.append(control || unpaired ? '?' : character);
                }
            }
        }
    }
}
