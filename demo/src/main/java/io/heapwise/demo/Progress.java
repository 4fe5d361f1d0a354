package io.heapwise.demo;

import java.io.Console;
import java.io.PrintStream;
import java.util.Locale;

/**
 * Shows on a terminal how the running contestant is doing: one line each, written over in place. Where the output goes to
 * a file or a pipe, which cannot be written over, each contestant gets a line when it begins and one when it ends.
 */
final class Progress {

    private static final int WIDTH = 100;

    private final PrintStream out;
    private final boolean inPlace;

    Progress(PrintStream out, boolean inPlace) {
        this.out = out;
        this.inPlace = inPlace;
    }

    static Progress onStandardOutput() {
        return new Progress(System.out, isTerminal());
    }

    void begin(Contestant contestant) {
        if (inPlace) {
            overwrite(String.format(Locale.ROOT, "  %-10s starting", contestant.name()));
        } else {
            out.println("  " + contestant.name() + " is running");
        }
    }

    void show(Contestant contestant, Sample sample, long planned) {
        if (inPlace) {
            overwrite(line(contestant, sample, planned, ""));
        }
    }

    void end(Run run) {
        String line = line(run.contestant(), run.last(), run.planned(), run.outcomeWords());
        if (inPlace) {
            overwrite(line);
            out.println();
        } else {
            out.println(line);
        }
    }

    private static String line(Contestant contestant, Sample sample, long planned, String ending) {
        return String.format(
                Locale.ROOT,
                "  %-10s %5.1f s %5.1f %%   heap %4d MB   %s%s",
                contestant.name(),
                sample.millis() / 1000.0,
                100.0 * sample.operations() / Math.max(1, planned),
                sample.usedBytes() >> 20,
                sample.held() == 0 ? "" : String.format(Locale.ROOT, "held %,7d   ", sample.held()),
                ending);
    }

    private void overwrite(String line) {
        out.printf("\r%-" + WIDTH + "s", line);
        out.flush();
    }

    /** From Java 22 on there may be a console without a terminal, and a method that says so. */
    @SuppressWarnings("SystemConsoleNull") // null still means no terminal; that it is not null means nothing
    private static boolean isTerminal() {
        Console console = System.console();
        if (console == null) {
            return false;
        }
        try {
            return (boolean) Console.class.getMethod("isTerminal").invoke(console);
        } catch (ReflectiveOperationException e) {
            return true;
        }
    }
}
