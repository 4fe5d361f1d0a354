package io.heapwise.demo.child;

import io.heapwise.demo.Contestant;
import io.heapwise.demo.Outcome;
import io.heapwise.demo.Run;
import io.heapwise.demo.Sample;
import io.heapwise.demo.Scene;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * A contestant in a JVM of its own: the same JDK and class path as this one, and a heap of a given size. Invariant: once
 * {@link #run} has returned or thrown, the process is gone. For one thread.
 */
public final class ChildJvm {

    /** How long after its time a child that no longer says anything is given up. */
    private static final long GRACE_SECONDS = 10;

    /** Variables through which a JVM takes options: the children's heaps would not be what the page says. */
    private static final List<String> OPTION_VARIABLES =
            List.of("JAVA_TOOL_OPTIONS", "JDK_JAVA_OPTIONS", "_JAVA_OPTIONS");

    private final Scene scene;
    private final Contestant contestant;
    private final Path folder;
    private final long operations;

    /**
     * @param folder what the scene prepared
     * @param operations how many to do
     */
    public ChildJvm(Scene scene, Contestant contestant, Path folder, long operations) {
        this.scene = scene;
        this.contestant = contestant;
        this.folder = folder;
        this.operations = operations;
    }

    /** The options that every child gets, as they would be typed. */
    public static List<String> options(long heapBytes) {
        long kibibytes = heapBytes >> 10;
        return List.of("-Xmx" + kibibytes + "k", "-Xms" + kibibytes + "k", "-XX:+UseSerialGC");
    }

    /**
     * Runs the contestant to its end, or stops it when its time is over. A child that dies is a result like others.
     *
     * @param progress told of every sample as it comes
     * @throws IOException if no process can be started
     */
    public Run run(long heapBytes, long seconds, Consumer<Sample> progress) throws IOException {
        Path errors = Files.createTempFile(folder, "errors", ".txt");
        Process process = start(heapBytes, seconds, errors);
        AtomicBoolean overdue = new AtomicBoolean();
        Thread watchdog = watch(process, seconds + GRACE_SECONDS, overdue);
        List<Sample> samples = new ArrayList<>();
        Message.@Nullable End end = null;
        String trouble = "";
        try (BufferedReader lines =
                new BufferedReader(new InputStreamReader(process.getInputStream(), StandardCharsets.US_ASCII))) {
            for (String line = lines.readLine(); line != null && end == null; line = lines.readLine()) {
                Optional<Message> message = Message.read(line);
                if (message.orElse(null) instanceof Message.End last) {
                    end = last;
                } else if (message.orElse(null) instanceof Message.Progress now) {
                    samples.add(now.sample());
                    progress.accept(now.sample());
                }
            }
        } catch (IllegalArgumentException | IOException e) {
            trouble = String.valueOf(e.getMessage());
        } finally {
            watchdog.interrupt();
            process.destroyForcibly();
            process.onExit().join();
        }
        if (end == null) {
            end = overdue.get()
                    ? new Message.End(Outcome.STOPPED, "it did not stop by itself when its " + seconds + " s were over")
                    : new Message.End(Outcome.DIED, died(process, trouble, errors));
        }
        return new Run(contestant, end.outcome(), end.detail(), operations, samples);
    }

    private Process start(long heapBytes, long seconds, Path errors) throws IOException {
        List<String> command = new ArrayList<>();
        command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        command.addAll(options(heapBytes));
        command.addAll(List.of("-cp", System.getProperty("java.class.path"), ChildMain.class.getName()));
        command.addAll(List.of(
                scene.name(),
                contestant.name(),
                folder.toString(),
                Long.toString(operations),
                Long.toString(heapBytes),
                Long.toString(seconds)));
        ProcessBuilder builder = new ProcessBuilder(command).redirectError(errors.toFile());
        OPTION_VARIABLES.forEach(builder.environment()::remove);
        return builder.start();
    }

    private static Thread watch(Process process, long seconds, AtomicBoolean overdue) {
        Thread watchdog = new Thread(
                () -> {
                    try {
                        if (!process.waitFor(seconds, TimeUnit.SECONDS)) {
                            overdue.set(true);
                            process.destroyForcibly();
                        }
                    } catch (InterruptedException e) {
                        // The child has ended in time.
                    }
                },
                "demo-watchdog");
        watchdog.setDaemon(true);
        watchdog.start();
        return watchdog;
    }

    private static String died(Process process, String trouble, Path errors) throws IOException {
        String said = Files.readAllLines(errors, StandardCharsets.ISO_8859_1).stream()
                .filter(line -> !line.isBlank())
                .findFirst()
                .orElse("it left no message");
        return "exit status " + process.exitValue() + ": " + (trouble.isEmpty() ? said : trouble);
    }
}
