package io.heapwise.cache.internal.sizing;

import static org.assertj.core.api.Assertions.assertThat;

import io.heapwise.cache.EntrySizer;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.nio.ByteBuffer;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashSet;
import java.util.IdentityHashMap;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.LinkedList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.Vector;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicReference;
import java.util.concurrent.atomic.AtomicReferenceArray;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;

class StandardSizerProperties {
    private final EntrySizer<Object, Object> sizer = EntrySizer.standard();

    @Property(tries = 500)
    void everyNestedStructureHasAPositiveSizeThatDoesNotChange(@ForAll("structures") Object structure) {
        long bytes = sizer.sizeOfBytes("key", structure);
        assertThat(bytes).isPositive().isLessThan(1L << 40);
        assertThat(sizer.sizeOfBytes("key", structure)).isEqualTo(bytes);
    }

    @Property(tries = 300)
    void keysAndValuesAreSizedAlike(@ForAll("structures") Object structure) {
        long asValue = sizer.sizeOfBytes(true, structure); // a Boolean costs nothing
        assertThat(sizer.sizeOfBytes(structure, true)).isEqualTo(asValue);
        assertThat(sizer.sizeOfBytes(structure, structure)).isEqualTo(2 * asValue);
    }

    @Property(tries = 500)
    void aLongerStringIsNeverSmaller(@ForAll String text) {
        assertThat(sizer.sizeOfBytes("key", text + "more")).isGreaterThanOrEqualTo(sizer.sizeOfBytes("key", text));
    }

    @Provide
    Arbitrary<Object> structures() {
        return nested(4);
    }

    private static Arbitrary<Object> nested(int depth) {
        if (depth == 0) {
            return leaves();
        }
        Arbitrary<Object> inner = nested(depth - 1);
        Arbitrary<List<Object>> lists = inner.list().ofMaxSize(12);
        Arbitrary<Object> wrapped = Combinators.combine(
                        lists, Arbitraries.integers().between(0, 17))
                .as(StandardSizerProperties::wrap);
        return Arbitraries.oneOf(List.of(leaves(), wrapped, wrapped));
    }

    private static Arbitrary<Object> leaves() {
        return Arbitraries.oneOf(List.of(
                Arbitraries.strings().ofMaxLength(50).map(text -> text),
                Arbitraries.integers().map(number -> number),
                Arbitraries.longs().map(number -> number),
                Arbitraries.bigIntegers().map(number -> number),
                Arbitraries.bigIntegers().map(number -> new BigDecimal(number.multiply(BigInteger.TEN.pow(20)), 3)),
                Arbitraries.integers().between(0, 100).map(length -> new byte[length]),
                Arbitraries.integers().between(0, 100).map(length -> new double[length][2]),
                Arbitraries.integers().between(0, 100).map(ByteBuffer::allocate),
                Arbitraries.longs().map(number -> new UUID(number, number)),
                Arbitraries.of(Thread.State.class).map(constant -> constant),
                Arbitraries.just(new Object())));
    }

    private static Object wrap(List<Object> elements, int kind) {
        return switch (kind) {
            case 0 -> new ArrayList<>(elements);
            case 1 -> new LinkedList<>(elements);
            case 2 -> new ArrayDeque<>(elements);
            case 3 -> identitySet(elements);
            case 4 -> List.copyOf(elements);
            case 5 -> elements.toArray();
            case 6 -> new CopyOnWriteArrayList<>(elements);
            case 7 -> new Vector<>(elements);
            case 8 -> Collections.unmodifiableList(elements);
            case 9 -> Optional.of(elements);
            case 10 -> new AtomicReference<>(elements);
            case 11 -> new AtomicReferenceArray<>(elements.toArray());
            case 12 -> map(elements, new LinkedHashMap<>());
            case 13 -> map(elements, new ConcurrentHashMap<>());
            case 14 -> map(elements, new IdentityHashMap<>());
            case 15 -> Map.copyOf(map(elements, new LinkedHashMap<>()));
            case 16 -> new HashSet<>(List.of(elements.size(), elements));
            default -> new LinkedHashSet<>(List.of(elements));
        };
    }

    private static Object identitySet(List<Object> elements) {
        var set = Collections.newSetFromMap(new IdentityHashMap<>());
        set.addAll(elements);
        return set;
    }

    private static Map<Object, Object> map(List<Object> elements, Map<Object, Object> into) {
        for (int i = 0; i < elements.size(); i++) {
            into.put(i * 1000, elements.get(i));
        }
        return into;
    }
}
