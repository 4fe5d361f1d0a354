package io.heapwise.cache.internal.sizing;

import com.google.common.collect.ImmutableList;
import java.io.IOException;
import java.io.InputStream;
import java.lang.invoke.MethodHandles;
import java.math.BigDecimal;
import java.time.Instant;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.function.IntFunction;
import java.util.function.Supplier;

/** Objects as applications cache them, and odd ones. None refers to anything outside of it but enum constants. */
final class ApplicationCorpus {
    private ApplicationCorpus() {}

    /** What counts as nothing. */
    static final Object[] SHARED = {TimeUnit.DAYS, TimeUnit.HOURS, Status.NEW, Status.DONE};

    /** Graphs small enough to be walked whole, and whose collections grew by the rules: to the byte. */
    static Map<String, Object> exactGraphs() {
        Map<String, Object> cases = new LinkedHashMap<>();
        cases.put("record", customer(5));
        cases.put("record with nulls", new Customer("a", null, null, null));
        cases.put("nested records", new Shipment(customer(1), customer(2), new Address("x", "y", 1), TimeUnit.DAYS));
        cases.put("enum fields", new Task("t", Status.NEW, TimeUnit.HOURS));
        cases.put("generics", new Pair<>("left", new Pair<>(new int[7], 1L << 40)));
        cases.put("private fields of superclasses", new Derived("base", "derived", new long[3]));
        cases.put("arrays", new Arrayed(new int[3], new double[4][5], new String[] {"a", null, "b"}));
        cases.put("an object held twice", new Pair<>(SHARED_TEXT, SHARED_TEXT));
        cases.put(
                "an object held by two held ones",
                new Pair<>(new Pair<>(SHARED_TEXT, 1000), new Pair<>(2000, SHARED_TEXT)));
        cases.put("ring", ring(100));
        cases.put("chain", chain(100));
        cases.put("tree", tree(6));
        cases.put("parent and child", family());
        cases.put("itself", selfish());
        cases.put("Optional", new Holder(Optional.of(customer(3))));
        cases.put("list of a few", new Holder(List.of(customer(1), customer(2), customer(3))));
        cases.put("map of a few", new Holder(Map.of("a", customer(1), "b", customer(2), "c", customer(3))));
        cases.put("array of a few", new Holder(new Object[] {customer(1), null, customer(2)}));
        cases.put("lambda", lambda(customer(7), "captured".repeat(3)));
        cases.put("hidden class", hidden());
        cases.put("Guava list", new Holder(ImmutableList.of(customer(1), customer(2), customer(3))));
        cases.put("local class", local(customer(9)));
        return cases;
    }

    /** May be off by ten percent. */
    static Map<String, Object> estimatedGraphs() {
        Map<String, Object> cases = new LinkedHashMap<>();
        for (int n : new int[] {1, 3, 8, 9, 20, 100, 1000}) {
            cases.put("order of " + n, order(n));
            cases.put("list of records " + n, customers(n));
            cases.put("array of records " + n, customers(n).toArray());
            cases.put("map of records " + n, byId(n));
            cases.put("Guava list of records " + n, ImmutableList.copyOf(customers(n)));
            Map<String, Customer> own = new Registry();
            byId(n).forEach(own::put); // not putAll, which sizes the table by another rule
            cases.put("map of a class of its own " + n, own);
        }
        for (int n : new int[] {3, 9, 40}) {
            cases.put("map of lists " + n, new Holder(lists(n, 7)));
            cases.put("map of long lists " + n, new Holder(lists(n, 60)));
            cases.put("list of orders " + n, new ArrayList<>(repeat(n, i -> order(6))));
        }
        cases.put("order of orders", new Holder(new ArrayList<>(repeat(30, i -> new Holder(order(12))))));
        return cases;
    }

    /** Many objects of a class, no two alike, by the name of the class. */
    static Map<String, List<Object>> populations() {
        Map<String, List<Object>> cases = new LinkedHashMap<>();
        cases.put("customers", repeat(3000, ApplicationCorpus::customer));
        cases.put("orders", repeat(3000, i -> order(1 + i * 7919 % 23)));
        cases.put("orders of few lines, or rarely of many", repeat(3000, i -> order(i % 50 == 0 ? 200 : 1 + i % 3)));
        cases.put(
                "shipments",
                repeat(
                        3000,
                        i -> new Shipment(
                                customer(i),
                                i % 3 == 0 ? null : customer(i + 1),
                                new Address("street " + i % 7, "city" + i % 7, i),
                                TimeUnit.DAYS)));
        cases.put("rings", repeat(1000, i -> ring(2 + i % 9)));
        cases.put("envelopes", repeat(3000, i -> new Pair<>("id" + i, new Pair<>("meta", new byte[i * 31 % 997]))));
        return cases;
    }

    static Customer customer(int i) {
        return new Customer(
                String.format("%07d", i),
                "a name of a customer".repeat(1 + i % 3),
                new Address("a street of some length " + i % 10, "a city " + i % 10, 10_000 + i),
                Instant.ofEpochSecond(1_000_000 + i));
    }

    static Order order(int lines) {
        List<Line> list = new ArrayList<>();
        for (int i = 0; i < lines; i++) {
            list.add(new Line(String.format("article %05d", i), 1000 + i, BigDecimal.valueOf(100 + i, 2)));
        }
        // copied: a list that is short and has grown may differ by more than ten percent
        return new Order(1L << 40, LocalDate.of(2000, 1, 1), Status.NEW, customer(lines), List.copyOf(list));
    }

    private static List<Customer> customers(int n) {
        return List.copyOf(ApplicationCorpus.<Customer>repeat(n, ApplicationCorpus::customer));
    }

    private static Map<String, Customer> byId(int n) {
        Map<String, Customer> map = new HashMap<>();
        for (int i = 0; i < n; i++) {
            Customer customer = customer(i);
            map.put("key of " + customer.id(), customer);
        }
        return map;
    }

    private static Map<String, List<Address>> lists(int n, int each) {
        Map<String, List<Address>> map = new HashMap<>();
        for (int i = 0; i < n; i++) {
            map.put(
                    String.format("a key of the map of lists %04d", i),
                    List.copyOf(
                            ApplicationCorpus.<Address>repeat(each, j -> new Address("street " + j, "city " + j, j))));
        }
        return map;
    }

    static <T> List<T> repeat(int n, IntFunction<? extends T> make) {
        List<T> list = new ArrayList<>();
        for (int i = 0; i < n; i++) {
            list.add(make.apply(i));
        }
        return list;
    }

    static Link ring(int length) {
        Link first = chain(length);
        Link last = first;
        while (last.next != null) {
            last = last.next;
        }
        last.next = first;
        return first;
    }

    static Link chain(int length) {
        Link head = null;
        for (int i = 0; i < length; i++) {
            head = new Link(head, i);
        }
        return head;
    }

    static Tree tree(int depth) {
        return depth == 0 ? null : new Tree(tree(depth - 1), tree(depth - 1));
    }

    private static Object family() {
        Member parent = new Member();
        Member child = new Member();
        parent.others = new Member[] {child};
        child.others = new Member[] {parent, child};
        return parent;
    }

    private static Object selfish() {
        Member alone = new Member();
        alone.others = new Member[] {alone};
        return alone;
    }

    private static Supplier<Object> lambda(Customer customer, String text) {
        return () -> text + customer;
    }

    private static Object local(Customer customer) {
        class Local {
            private final Customer held = customer;

            @Override
            public String toString() {
                return String.valueOf(held);
            }
        }
        return new Local();
    }

    private static Object hidden() {
        try (InputStream code = ApplicationCorpus.class.getResourceAsStream("ApplicationCorpus$Hidden.class")) {
            var constructor = MethodHandles.lookup()
                    .defineHiddenClass(code.readAllBytes(), false)
                    .lookupClass()
                    .getDeclaredConstructor();
            constructor.setAccessible(true);
            return constructor.newInstance();
        } catch (IOException | ReflectiveOperationException e) {
            throw new IllegalStateException(e);
        }
    }

    static final String SHARED_TEXT = "a text that is held twice".repeat(3);

    enum Status {
        NEW,
        DONE
    }

    record Customer(String id, String name, Address address, Instant since) {}

    record Address(String street, String city, int zip) {}

    record Shipment(Customer from, Customer to, Address via, TimeUnit unit) {}

    record Task(String name, Status status, TimeUnit unit) {}

    record Line(String article, int count, BigDecimal price) {}

    record Order(long id, LocalDate day, Status status, Customer customer, List<Line> lines) {}

    record Pair<A, B>(A left, B right) {}

    record Holder(Object held) {}

    @SuppressWarnings("ArrayRecordComponent")
    record Arrayed(int[] numbers, double[][] matrix, String[] texts) {
        @Override
        public String toString() {
            return Arrays.toString(numbers) + Arrays.deepToString(matrix) + Arrays.toString(texts);
        }
    }

    private static class Base {
        private final String text;
        protected final Object more;

        Base(String text, Object more) {
            this.text = text;
            this.more = more;
        }

        @Override
        public String toString() {
            return text + more;
        }
    }

    private static final class Derived extends Base {
        private final String text;
        private transient byte[] cached = new byte[5];

        Derived(String base, String text, Object more) {
            super(base, more);
            this.text = text;
        }

        @Override
        public String toString() {
            return text + Arrays.toString(cached);
        }
    }

    static final class Link {
        Link next;
        final Integer number;

        Link(Link next, int number) {
            this.next = next;
            this.number = 1000 + number;
        }
    }

    /** Overrides nothing that is asked. */
    static final class Registry extends LinkedHashMap<String, Customer> {
        private static final long serialVersionUID = 1;

        @SuppressWarnings("unused") // it is there to be counted
        private final transient long[] more = new long[2];

        @Override
        protected boolean removeEldestEntry(Map.Entry<String, Customer> eldest) {
            return false;
        }
    }

    record Tree(Tree left, Tree right) {}

    static final class Member {
        Member[] others;
    }

    static final class Hidden {
        final Object held = new long[4];
        final String text = new String(new char[] {'h', 'i'});
    }
}
