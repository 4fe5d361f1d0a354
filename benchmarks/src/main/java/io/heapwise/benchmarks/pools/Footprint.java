package io.heapwise.benchmarks.pools;

import io.heapwise.benchmarks.ChildJvm;
import io.heapwise.benchmarks.Json;
import io.heapwise.benchmarks.MachineCard;
import io.heapwise.benchmarks.ObjectLayouts;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/** How many bytes does a pool cost beyond its objects? A JVM for each object layout that this JDK knows. */
public final class Footprint {
    private Footprint() {}

    /** Argument: the folder for the results. */
    public static void main(String[] args) throws Exception {
        if (args.length == 0) {
            throw new IllegalArgumentException(
                    "folder missing (expected one argument): poolfootprint <results folder>");
        }
        int jdk = Runtime.version().feature();
        String contestants = "heapwise,hikari,commonsPool2,naive" + (jdk >= 21 ? ",stormpot" : "");
        List<PoolFootprintRow> rows = new ArrayList<>();
        for (var layout : ObjectLayouts.of(jdk).entrySet()) {
            rows.addAll(Json.readList(
                    ChildJvm.answer(
                            ObjectLayouts.flagsToMeasure(layout.getValue()),
                            FootprintProbe.class,
                            layout.getKey(),
                            contestants),
                    PoolFootprintRow.class));
        }
        for (PoolFootprintRow row : rows) {
            System.out.printf(
                    Locale.ROOT,
                    "%-22s %-12s %5d objects: %7d bytes, %6.1f each%n",
                    row.layout(),
                    row.contestant(),
                    row.objects(),
                    row.bytes(),
                    row.bytesPerObject());
        }
        Path file = Path.of(args[0]).resolve("poolfootprint-jdk" + jdk + ".json");
        Json.write(file, rows);
        MachineCard.ofThisMachine().writeBeside(file);
    }
}
