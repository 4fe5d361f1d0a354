package io.heapwise.cache.internal.sizing;

import static org.assertj.core.api.Assertions.assertThat;

import io.heapwise.cache.EntrySizer;
import io.heapwise.cache.SelfSized;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.atomic.AtomicInteger;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;

/** Random graphs of application objects and collections, with cycles and shared parts, of any shape. */
class ApplicationSizingProperties {
    private final AtomicInteger asked = new AtomicInteger();

    @Property(tries = 500)
    void aSizeIsNeverNegativeAndTheSameTwice(@ForAll long seed, @ForAll @IntRange(min = 1, max = 400) int nodes) {
        Object root = graph(new Random(seed), nodes);
        long bytes = ObjectWalk.bytes(root, ObjectSizes.LOOKS_TO_LEARN);
        assertThat(bytes).isPositive().isLessThan(1L << 40);
        assertThat(ObjectWalk.bytes(root, ObjectSizes.LOOKS_TO_LEARN)).isEqualTo(bytes);
        assertThat(EntrySizer.standard().sizeOfBytes(root, root)).isPositive();
        DeepParts.checkIntegrity(root.getClass());
    }

    @Property(tries = 500)
    void noMoreIsLookedAtThanAllowed(
            @ForAll long seed,
            @ForAll @IntRange(min = 1, max = 400) int nodes,
            @ForAll @IntRange(min = 1, max = 300) int looks) {
        Object root = graph(new Random(seed), nodes);
        asked.set(0);
        assertThat(ObjectWalk.bytes(root, looks)).isPositive();
        assertThat(asked.get()).isLessThan(looks);
    }

    /** Each part's own bytes, counted by a search of another kind. */
    @Property(tries = 300)
    void aGraphWithoutCrowdsIsTheSumOfItsParts(@ForAll long seed, @ForAll @IntRange(min = 1, max = 40) int nodes) {
        Node[] all = nodes(new Random(seed), nodes, false);
        Set<Object> parts = Collections.newSetFromMap(new IdentityHashMap<>());
        collect(all[0], parts);
        long expected = 0;
        for (Object part : parts) {
            expected += part instanceof Node
                    ? ClassProfiles.shellBytes(ClassProfiles.of(Node.class))
                    : ObjectSizes.bytes(part);
        }
        assertThat(ObjectWalk.bytes(all[0], ObjectSizes.LOOKS_TO_LEARN)).isEqualTo(expected);
    }

    private static void collect(Object from, Set<Object> parts) {
        if (from != null && parts.add(from) && from instanceof Node node) {
            collect(node.left, parts);
            collect(node.right, parts);
            collect(node.text, parts);
            collect(node.more, parts);
        }
    }

    private Object graph(Random random, int count) {
        return nodes(random, count, true)[0];
    }

    private Node[] nodes(Random random, int count, boolean withCollections) {
        Node[] all = new Node[count];
        for (int i = 0; i < count; i++) {
            all[i] = new Node();
        }
        for (Node node : all) {
            node.left = random.nextInt(4) == 0 ? null : all[random.nextInt(count)];
            node.right = all[random.nextInt(count)];
            node.text = random.nextBoolean() ? null : "x".repeat(random.nextInt(40));
            node.more = withCollections ? collection(random, all) : new long[random.nextInt(9)];
        }
        return all;
    }

    private Object collection(Random random, Node[] all) {
        int size = random.nextInt(6) == 0 ? random.nextInt(200) : random.nextInt(6);
        List<Object> list = new ArrayList<>();
        Map<Object, Object> map = new HashMap<>();
        for (int i = 0; i < size; i++) {
            Object element = random.nextInt(3) == 0 ? selfSized() : all[random.nextInt(all.length)];
            list.add(element);
            map.put(i, element);
        }
        return switch (random.nextInt(5)) {
            case 0 -> list;
            case 1 -> map;
            case 2 -> list.toArray();
            case 3 -> List.copyOf(list);
            default -> new Object[] {list, map, list};
        };
    }

    private SelfSized selfSized() {
        return () -> {
            asked.incrementAndGet();
            return 100;
        };
    }

    static final class Node {
        Node left;
        Object right;
        String text;
        Object more;
    }
}
