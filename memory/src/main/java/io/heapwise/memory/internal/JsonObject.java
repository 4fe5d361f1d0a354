package io.heapwise.memory.internal;

import java.util.List;
import java.util.OptionalLong;

/** Writes one JSON object. Invariant: what it prints is valid JSON after every call; names are trusted, values are not. */
public final class JsonObject {
    private final StringBuilder out = new StringBuilder("{");

    /** Creates an empty object. */
    public JsonObject() {}

    /**
     * Adds a number.
     *
     * @param name the member
     * @param value its value
     * @return this
     */
    public JsonObject put(String name, long value) {
        name(name).append(value);
        return this;
    }

    /**
     * Adds a number or null.
     *
     * @param name the member
     * @param value its value, empty for null
     * @return this
     */
    public JsonObject put(String name, OptionalLong value) {
        name(name).append(value.isPresent() ? Long.toString(value.getAsLong()) : "null");
        return this;
    }

    /**
     * Adds a text.
     *
     * @param name the member
     * @param value its value
     * @return this
     */
    public JsonObject put(String name, String value) {
        name(name).append('"');
        for (int i = 0; i < value.length(); i++) {
            char c = value.charAt(i);
            if (c == '"' || c == '\\') {
                out.append('\\').append(c);
            } else if (c < ' ') {
                out.append(String.format("\\u%04x", (int) c));
            } else {
                out.append(c);
            }
        }
        out.append('"');
        return this;
    }

    /**
     * Adds a list of objects.
     *
     * @param name the member
     * @param values the objects
     * @return this
     */
    public JsonObject put(String name, List<JsonObject> values) {
        name(name).append('[');
        for (int i = 0; i < values.size(); i++) {
            out.append(i == 0 ? "" : ",").append(values.get(i));
        }
        out.append(']');
        return this;
    }

    private StringBuilder name(String name) {
        return out.append(out.length() > 1 ? "," : "").append('"').append(name).append("\":");
    }

    @Override
    public String toString() {
        return out + "}";
    }
}
