package io.heapwise.demo;

import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/**
 * What the user asked for. Invariant: every value is within its bound, and the contestants are the scene's own.
 *
 * @param scene what to show
 * @param contestants who takes part, in the scene's order
 * @param heapBytes the heap of each child
 * @param seconds how long each may run
 * @param operations at most this many of each
 * @param out where the page goes
 * @param listing whether to name the scenes and do nothing else
 */
public record Options(
        Scene scene,
        List<Contestant> contestants,
        long heapBytes,
        long seconds,
        long operations,
        Path out,
        boolean listing) {

    /** Below this a JVM of the newest releases has no room for its own start. */
    private static final long LEAST_HEAP_BYTES = 16L << 20;

    /** Above this all of the first scene's answers fit, and there is nothing to see. */
    private static final long MOST_HEAP_BYTES = 1L << 30;

    private static final long MOST_SECONDS = 600;

    public static final String USAGE = """
            java -jar heapwise-demo.jar [option value ...]
              --scene NAME          which scene to show                     (the first of --list)
              --contestants A,B     who takes part                          (all of the scene's)
              --xmx SIZE            the heap of each child, 16m to 1g       (the scene's own)
              --seconds N           how long each may run, 1 to 600         (30)
              --operations N        how many operations each does, from 1   (all)
              --out FILE            where the page goes                     (heapwise-demo.html)
              --list                name the scenes and their contestants
              --help                this text""";

    /**
     * Reads the command line.
     *
     * @throws DemoException naming the option, its value and its bound
     */
    public static Options parse(String... args) {
        Scene scene = Scenes.all().get(0);
        List<String> names = List.of();
        long heapBytes = 0;
        long seconds = 30;
        long operations = Long.MAX_VALUE;
        Path out = Path.of("heapwise-demo.html");
        boolean listing = false;
        for (int i = 0; i < args.length; i++) {
            String option = args[i];
            if (option.equals("--list")) {
                listing = true;
                continue;
            }
            String value = value(option, args, ++i);
            switch (option) {
                case "--scene" -> scene = scene(value);
                case "--contestants" -> names = List.of(value.split(",", -1));
                case "--xmx" -> heapBytes = bytes(value);
                case "--seconds" -> seconds = number(option, value, MOST_SECONDS);
                case "--operations" -> operations = number(option, value, Long.MAX_VALUE);
                case "--out" -> out = file(value);
                default -> throw unknown(option);
            }
        }
        long childHeapBytes = heapBytes == 0 ? scene.heapBytes() : heapBytes;
        return new Options(scene, contestants(scene, names), childHeapBytes, seconds, operations, out, listing);
    }

    private static String value(String option, String[] args, int index) {
        if (!USAGE.contains("  " + option + " ") || option.isBlank()) {
            throw unknown(option);
        }
        if (index == args.length) {
            throw new DemoException("no value for " + option + " (expected one after it): see --help");
        }
        return args[index];
    }

    private static DemoException unknown(String option) {
        return new DemoException("unknown option " + option + " (expected one of --help's): see --help");
    }

    private static Scene scene(String name) {
        return Scenes.named(name)
                .orElseThrow(() -> new DemoException("no --scene=" + name + " (expected one of "
                        + String.join(
                                ", ", Scenes.all().stream().map(Scene::name).toList()) + "): see --list"));
    }

    private static List<Contestant> contestants(Scene scene, List<String> names) {
        List<String> known = scene.contestants().stream().map(Contestant::name).toList();
        for (String name : names) {
            if (!known.contains(name)) {
                throw new DemoException("no --contestants=" + name + " in scene " + scene.name() + " (expected some of "
                        + String.join(",", known) + "): see --list");
            }
        }
        List<Contestant> chosen = new ArrayList<>(scene.contestants());
        chosen.removeIf(contestant -> !names.isEmpty() && !names.contains(contestant.name()));
        return List.copyOf(chosen);
    }

    private static long bytes(String text) {
        String digits = text.toLowerCase(Locale.ROOT);
        int shift = 0;
        if (digits.endsWith("k") || digits.endsWith("m") || digits.endsWith("g")) {
            shift = digits.endsWith("k") ? 10 : digits.endsWith("m") ? 20 : 30;
            digits = digits.substring(0, digits.length() - 1);
        }
        long bytes = -1;
        if (digits.matches("[0-9]{1,10}")) {
            bytes = Long.parseLong(digits) << shift;
        }
        if (bytes < LEAST_HEAP_BYTES || bytes > MOST_HEAP_BYTES) {
            throw new DemoException("bad --xmx=" + text + " (expected 16m to 1g): give a size as for java -Xmx");
        }
        return bytes;
    }

    private static long number(String option, String text, long most) {
        long number = text.matches("[0-9]{1,18}") ? Long.parseLong(text) : 0;
        if (number < 1 || number > most) {
            throw new DemoException("bad " + option + "=" + text + " (expected a whole number, 1 "
                    + (most == Long.MAX_VALUE ? "or more" : "to " + most) + "): see --help");
        }
        return number;
    }

    private static Path file(String text) {
        try {
            Path file = Path.of(text);
            if (text.isBlank() || Files.isDirectory(file)) {
                throw new DemoException("bad --out=" + text + " (expected a file): name the page, not its folder");
            }
            return file;
        } catch (InvalidPathException e) {
            throw new DemoException("bad --out=" + text + " (expected a file): " + e.getReason());
        }
    }
}
