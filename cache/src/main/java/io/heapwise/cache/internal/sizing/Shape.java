package io.heapwise.cache.internal.sizing;

/** How the size of a class's instances follows from what can be asked of them. One shape per class, found once. */
enum Shape {
    /** The object itself is all that is counted: no rule knows more. */
    PLAIN,
    /** Asked by its interface. */
    SELF_SIZED,
    /** Belongs to the JVM or to everyone: no entry pays for it. */
    SHARED,

    SHORT,
    CHARACTER,
    INTEGER,
    LONG,
    STRING,
    /** The profile's element bytes are those of the array. */
    PRIMITIVE_ARRAY,
    BIG_INTEGER,
    BIG_DECIMAL,
    BIT_SET,
    ATOMIC_INTEGER_ARRAY,
    ATOMIC_LONG_ARRAY,
    BUFFER,

    /** Of the application, and refers to others by fields that can be read. */
    OBJECT,

    // From here on: shapes with elements: see Elements.

    REFERENCE_ARRAY,
    ATOMIC_REFERENCE_ARRAY,
    OPTIONAL,
    ATOMIC_REFERENCE,
    MAP_ENTRY,

    ARRAY_LIST,
    ARRAY_DEQUE,
    PRIORITY_QUEUE,
    /** A list with an array that has no spare room. */
    EXACT_LIST,
    /** A collection, not a list, with an array that has no spare room. */
    EXACT_COLLECTION,
    /** A list whose elements are its fields. */
    FIELDS_LIST,
    /** A collection, not a list, whose elements are its fields, or that has a node for each and no table. */
    NODES_COLLECTION,
    /** An immutable list that shares one empty instance. */
    IMMUTABLE_LIST,
    /** An immutable set with an open table twice its size, that shares one empty instance. */
    IMMUTABLE_SET,
    /** A set with a node for each element and a table of buckets. */
    HASHED_SET,

    /** A map whose entries are its fields, or that has a node for each and no table. */
    NODES_MAP,
    /** A map with a node for each entry and a table of buckets. */
    HASHED_MAP,
    /** An immutable map with an open table twice its size, that shares one empty instance. */
    IMMUTABLE_MAP,
    IDENTITY_MAP,
    ENUM_MAP;

    private static final Shape[] ALL = values();

    static Shape of(int ordinal) {
        return ALL[ordinal];
    }

    boolean hasElements() {
        return compareTo(REFERENCE_ARRAY) >= 0;
    }

    /** References an element: a map's has a key and a value. */
    int referencesEach() {
        return isMap() || this == MAP_ENTRY ? 2 : 1;
    }

    boolean isMap() {
        return compareTo(NODES_MAP) >= 0;
    }

    boolean isRandomAccess() {
        return this == ARRAY_LIST || this == EXACT_LIST || this == FIELDS_LIST || this == IMMUTABLE_LIST;
    }
}
