/** How much memory there is, how tight it is, and who gives some back. */
@org.jspecify.annotations.NullMarked
module io.heapwise.memory {
    requires static org.jspecify;
    requires static java.management;
    requires static jdk.management;

    exports io.heapwise.memory;
}
