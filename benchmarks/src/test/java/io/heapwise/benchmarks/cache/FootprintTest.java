package io.heapwise.benchmarks.cache;

import static org.assertj.core.api.Assertions.assertThat;

import io.heapwise.benchmarks.ObjectGraph;
import io.heapwise.benchmarks.ObjectLayouts;
import java.lang.ref.WeakReference;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.openjdk.jol.info.GraphLayout;
import org.openjdk.jol.vm.VM;

class FootprintTest {

    @Test
    void aGraphOfOnesOwnMeasuresWhatJolMeasures() {
        Object list = new ArrayList<>(List.of(new int[10], new Object[] {new long[3], "text"}));

        ObjectGraph.Size size = new ObjectGraph(FootprintProbe.Payload.class, Set.of()).sizeOf(list);

        GraphLayout jol = GraphLayout.parseInstance(list);
        assertThat(size.bytes()).isEqualTo(jol.totalSize());
        assertThat(size.objects()).isEqualTo(jol.totalCount());
    }

    @Test
    void payloadIsCountedAndNotMeasured() {
        Object[] array = {new FootprintProbe.Key(1), new FootprintProbe.Value(), new FootprintProbe.Value()};

        ObjectGraph.Size size = new ObjectGraph(FootprintProbe.Payload.class, Set.of()).sizeOf(array);

        assertThat(size).isEqualTo(new ObjectGraph.Size(VM.current().sizeOf(array), 1, 3));
    }

    @Test
    void whatATwinReachesIsNobodys() {
        Object shared = new int[1_000];
        Object[] twin = {shared};
        Object[] array = {shared, new byte[8]};

        Set<Object> common = ObjectGraph.reachable(twin, FootprintProbe.Payload.class);
        ObjectGraph.Size size = new ObjectGraph(FootprintProbe.Payload.class, common).sizeOf(array);

        assertThat(size.objects()).isEqualTo(2);
        assertThat(size.bytes()).isLessThan(100);
    }

    @Test
    void threadsClassesAndReferentsAreNotEntered() {
        Object[] array = {Thread.currentThread(), String.class, new WeakReference<>(new int[1_000])};

        assertThat(new ObjectGraph(FootprintProbe.Payload.class, Set.of())
                        .sizeOf(array)
                        .objects())
                .isEqualTo(2);
    }

    @Test
    void eachContestantIsMeasuredFullGrowingAndWeighted() {
        List<FootprintRow> rows = new FootprintProbe("this one").measure(1_000);

        for (String contestant : Contestants.withJdk()) {
            assertThat(rows).anySatisfy(row -> {
                assertThat(row.contestant()).isEqualTo(contestant);
                assertThat(row.kind()).isEqualTo(FootprintRow.FULL);
                assertThat(row.entries()).isBetween(900L, 1_000L);
                assertThat(row.bytesPerEntry()).isBetween(16.0, 200.0);
                assertThat(row.strayReferents()).isNotNegative();
            });
        }
        assertThat(rows.stream().filter(row -> row.kind().equals(FootprintRow.WEIGHTED)))
                .hasSize(Contestants.CACHES.size());
        // An entry of LinkedHashMap is 40 bytes and its slot in the table 4 or 8.
        assertThat(rows).anySatisfy(row -> {
            assertThat(row.contestant()).isEqualTo("jdk");
            assertThat(row.kind()).isEqualTo(FootprintRow.FULL);
            assertThat(row.bytesPerEntry()).isBetween(44.0, 80.0);
        });
        assertThat(Footprint.table(rows)).contains("growing, at its worst");
    }

    @Test
    void compactHeadersAreAskedForWhereTheyAreKnown() {
        assertThat(ObjectLayouts.of(17)).containsOnlyKeys("compressed references", "wide references");
        assertThat(ObjectLayouts.of(25)).containsKey("compact headers");
    }
}
