package io.heapwise.cache.internal.sizing;

import com.sun.management.ThreadMXBean;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.lang.reflect.Field;
import java.net.URI;
import java.nio.file.FileSystems;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.stream.Stream;
import org.openjdk.jol.info.ClassLayout;
import org.openjdk.jol.info.GraphLayout;
import org.openjdk.jol.vm.VM;

/** Compares the sizer with JOL in the JVM it runs in. A main program, because each heap layout needs a JVM of its own. */
final class SizerOracle {
    private static final double TOLERANCE = 0.10;
    private static final double POPULATION_TOLERANCE = 0.05;
    private static final long LARGEST_ALIGNMENT_BYTES = 256;
    private static final int ALLOCATIONS = 1000;

    /** Keeps allocations from being optimized away. */
    private static volatile Object sink = "";

    private final List<String> mismatches = new ArrayList<>();
    private int comparisons;

    /** Prints a line for each mismatch, then how many there were. */
    public static void main(String[] arguments) throws IOException {
        // records and hidden classes have no offsets in Unsafe otherwise; attaching would print warnings
        System.setProperty("jol.magicFieldOffset", "true");
        System.setProperty("jol.skipDynamicAttach", "true");
        System.setProperty("jol.skipHotspotSAAttach", "true");
        SizerOracle oracle = new SizerOracle();
        oracle.compareAllocations();
        if (VM.current().objectAlignment() <= LARGEST_ALIGNMENT_BYTES) {
            oracle.compareGraphs();
            oracle.compareApplicationObjects();
            oracle.compareApplicationGraphs();
            oracle.comparePopulations();
            oracle.compareJdkClasses();
        } else {
            System.out.println(
                    "JOL cannot read this heap"); // it guesses from addresses, which generational ZGC colours
        }
        oracle.mismatches.forEach(System.out::println);
        System.out.println(
                oracle.mismatches.size() + " mismatches in " + oracle.comparisons + ", " + ClassProfiles.HEAP);
    }

    /** What the JVM itself counts when it makes the object: needs no knowledge of the layout. */
    private void compareAllocations() {
        ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
        SizerCorpus.constructors().forEach((name, constructor) -> {
            sink = constructor.get();
            long before = threads.getCurrentThreadAllocatedBytes();
            for (int i = 0; i < ALLOCATIONS; i++) {
                sink = constructor.get();
            }
            // rounded down: the measurement itself may allocate a little
            long expected = (threads.getCurrentThreadAllocatedBytes() - before) / ALLOCATIONS;
            compare("allocated " + name, expected, bytes(sink), 0);
        });
    }

    private void compareGraphs() {
        SizerCorpus.exactGraphs().forEach((name, object) -> compare(name, graphBytes(object), bytes(object), 0));
        SizerCorpus.estimatedGraphs()
                .forEach((name, object) -> compare(name, graphBytes(object), bytes(object), TOLERANCE));
    }

    private void compareApplicationObjects() {
        for (Object object : SizerCorpus.applicationObjects()) {
            long expected = ClassLayout.parseInstance(object).instanceSize();
            long profile = ClassProfiles.of(object.getClass());
            compare(object.getClass().getName(), expected, ClassProfiles.shellBytes(profile), 0);
        }
    }

    private void compareApplicationGraphs() {
        ApplicationCorpus.exactGraphs()
                .forEach((name, object) -> compare(name, unsharedBytes(object), walked(object), 0));
        ApplicationCorpus.estimatedGraphs()
                .forEach((name, object) -> compare(name, unsharedBytes(object), walked(object), TOLERANCE));
    }

    /** As a cache would ask: most are not looked into, and the sum must be right all the same. */
    private void comparePopulations() {
        ApplicationCorpus.populations().forEach((name, objects) -> {
            long expected = 0;
            long actual = 0;
            for (Object object : objects) {
                expected += unsharedBytes(object);
                actual += bytes(object);
            }
            compare(name, expected, actual, POPULATION_TOLERANCE);
        });
    }

    private static long walked(Object object) {
        return ObjectWalk.bytes(object, ObjectSizes.LOOKS_TO_LEARN);
    }

    private static long unsharedBytes(Object object) {
        return GraphLayout.parseInstance(object)
                .subtract(GraphLayout.parseInstance(ApplicationCorpus.SHARED))
                .totalSize();
    }

    /** Some thousand real hierarchies; none is initialized. */
    private void compareJdkClasses() throws IOException {
        Path root = FileSystems.getFileSystem(URI.create("jrt:/")).getPath("modules/java.base");
        for (String folder : List.of("java/util", "java/time", "java/text", "java/net", "sun/security/ssl")) {
            try (Stream<Path> files = Files.walk(root.resolve(folder))) {
                files.map(file -> root.relativize(file).toString())
                        .filter(name -> name.endsWith(".class"))
                        .map(name -> load(name.substring(0, name.length() - 6).replace('/', '.')))
                        .filter(type -> !type.isInterface() && !isContended(type))
                        .forEach(this::compareClass);
            }
        }
    }

    private void compareClass(Class<?> type) {
        long expected = ClassLayout.parseClass(type).instanceSize();
        compare(type.getName(), expected, FieldPacking.instanceBytes(type, ClassProfiles.HEAP), 0);
    }

    private static Class<?> load(String name) {
        try {
            return Class.forName(name, false, null);
        } catch (ClassNotFoundException impossible) {
            throw new AssertionError(impossible);
        }
    }

    /** Padding is out of scope, and the fields of class loaders are hidden from us and from JOL. */
    private static boolean isContended(Class<?> type) {
        for (Class<?> at = type; at != null; at = at.getSuperclass()) {
            if (at == ClassLoader.class || at == Thread.class || hasContended(at.getAnnotations())) {
                return true;
            }
            for (Field field : at.getDeclaredFields()) {
                if (hasContended(field.getAnnotations())) {
                    return true;
                }
            }
        }
        return false;
    }

    private static boolean hasContended(java.lang.annotation.Annotation[] annotations) {
        return Stream.of(annotations)
                .anyMatch(annotation -> annotation.annotationType().getName().endsWith(".Contended"));
    }

    private static long bytes(Object object) {
        return ObjectSizes.bytes(object);
    }

    private static long graphBytes(Object object) {
        long bytes = GraphLayout.parseInstance(object).totalSize();
        // immutable collections of one element fill their second field with an object that all of them share
        boolean holdsSentinel = object instanceof Collection<?> collection
                && collection.size() == 1
                && object.getClass().getSimpleName().matches("(List|Set)12");
        return holdsSentinel ? bytes - FieldPacking.instanceBytes(Object.class, ClassProfiles.HEAP) : bytes;
    }

    private void compare(String name, long expected, long actual, double tolerance) {
        comparisons++;
        if (Math.abs(actual - expected) > tolerance * expected) {
            mismatches.add("MISMATCH " + name + ": expected " + expected + " actual " + actual);
        }
    }
}
