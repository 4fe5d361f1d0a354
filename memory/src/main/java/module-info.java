/**
 * How much memory there is, how tight it is, and who gives some back.
 *
 * <p>The management modules are required, not optional: an application on the module path would otherwise run without
 * them, and so without a signal, and nobody would notice. On the class path of a runtime that lacks them the signal says
 * "unknown" and why.
 */
@org.jspecify.annotations.NullMarked
module io.heapwise.memory {
    requires static transitive org.jspecify;
    requires java.management;
    requires jdk.management;

    exports io.heapwise.memory;
}
