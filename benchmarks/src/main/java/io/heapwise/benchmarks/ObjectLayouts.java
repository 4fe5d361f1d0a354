package io.heapwise.benchmarks;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** The object layouts that a JDK knows, and the flags of a JVM in which one is measured. */
public final class ObjectLayouts {
    private ObjectLayouts() {}

    /** By name, the flags that ask for them. */
    public static Map<String, List<String>> of(int jdk) {
        Map<String, List<String>> layouts = new LinkedHashMap<>();
        layouts.put("compressed references", List.of("-XX:+UseCompressedOops"));
        layouts.put("wide references", List.of("-XX:-UseCompressedOops"));
        if (jdk >= 25) {
            layouts.put("compact headers", List.of("-XX:+UseCompactObjectHeaders"));
        }
        return layouts;
    }

    /** A layout's own flags, and those that JOL needs on this JDK. */
    public static List<String> flagsToMeasure(List<String> layoutFlags) {
        List<String> all = new ArrayList<>(layoutFlags);
        // One thread works, and the walker's own tables need room beside a million of the largest entries.
        all.addAll(List.of("-Xms2g", "-Xmx2g", "-XX:+UseSerialGC"));
        all.addAll(List.of("-XX:+EnableDynamicAgentLoading", "-Djdk.attach.allowAttachSelf=true"));
        if (Runtime.version().feature() >= 23) {
            all.add("--sun-misc-unsafe-memory-access=allow");
        }
        return all;
    }
}
