package io.heapwise.benchmarks.report;

import java.util.ArrayList;
import java.util.List;

/** Rows of text that can be written as HTML or as Markdown. */
final class Table {
    private final List<String> heading;
    private final List<List<String>> rows = new ArrayList<>();

    Table(String... heading) {
        this.heading = List.of(heading);
    }

    Table(List<String> heading) {
        this.heading = List.copyOf(heading);
    }

    void add(List<String> cells) {
        if (cells.size() != heading.size()) {
            throw new IllegalArgumentException(
                    "cells=" + cells.size() + " (expected " + heading.size() + "): one for each column");
        }
        rows.add(List.copyOf(cells));
    }

    void add(String... cells) {
        add(List.of(cells));
    }

    boolean isEmpty() {
        return rows.isEmpty();
    }

    String html() {
        StringBuilder html = new StringBuilder("<div class=\"wide\"><table>\n<thead><tr>");
        heading.forEach(cell -> html.append("<th>").append(escape(cell)).append("</th>"));
        html.append("</tr></thead>\n<tbody>\n");
        for (List<String> row : rows) {
            html.append("<tr>");
            for (String cell : row) {
                html.append(isNumber(cell) ? "<td class=\"number\">" : "<td>")
                        .append(escape(cell))
                        .append("</td>");
            }
            html.append("</tr>\n");
        }
        return html.append("</tbody></table></div>\n").toString();
    }

    String markdown() {
        StringBuilder markdown = new StringBuilder();
        markdown.append(line(heading))
                .append(line(heading.stream().map(cell -> "---").toList()));
        rows.forEach(row -> markdown.append(line(row)));
        return markdown.append('\n').toString();
    }

    static String escape(String text) {
        return text.replace("&", "&amp;")
                .replace("<", "&lt;")
                .replace(">", "&gt;")
                .replace("\"", "&quot;");
    }

    private static boolean isNumber(String cell) {
        return cell.matches("[-+]?[0-9.]+");
    }

    private static String line(List<String> cells) {
        return "| "
                + String.join(
                        " | ",
                        cells.stream().map(cell -> cell.replace("|", "\\|")).toList()) + " |\n";
    }
}
