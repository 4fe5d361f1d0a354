package io.heapwise.cache.internal.sizing;

import com.sun.management.HotSpotDiagnosticMXBean;
import java.lang.management.ManagementFactory;
import org.jspecify.annotations.Nullable;

/**
 * The numbers by which this JVM lays out objects. Invariant: they describe one JVM run and never change; every size is a
 * multiple of {@code alignmentBytes}.
 *
 * @param headerBytes what comes before an object's fields, and before an array's length
 * @param referenceBytes a reference field or array element
 * @param alignmentBytes what objects are padded to
 * @param elementsFollowLength whether small array elements start right after the length instead of at the next multiple of 8
 * @param compactStrings whether a Latin-1 string takes one byte per character
 */
public record HeapLayout(
        int headerBytes, int referenceBytes, int alignmentBytes, boolean elementsFollowLength, boolean compactStrings) {
    private static final int LENGTH_BYTES = 4;

    /** From this heap size on references no longer fit 32 bits, at the default alignment. */
    private static final long COMPRESSED_OOPS_LIMIT_BYTES = 32L << 30;

    /** JDK-8139457 let array elements follow the length directly. */
    private static final int ELEMENTS_FOLLOW_LENGTH_SINCE = 23;

    /** Where the values of VM options come from. */
    @FunctionalInterface
    public interface VmOptions {
        /** Returns the option's value, or null if this JVM does not have or not tell it. */
        @Nullable String value(String name);
    }

    public static HeapLayout ofThisVm() {
        return of(vmOptions(), Runtime.version().feature(), Runtime.getRuntime().maxMemory());
    }

    static HeapLayout of(VmOptions options, int feature, long maxHeapBytes) {
        boolean compressedOops = flag(options, "UseCompressedOops", maxHeapBytes < COMPRESSED_OOPS_LIMIT_BYTES);
        boolean compactHeaders = flag(options, "UseCompactObjectHeaders", false);
        boolean compressedClasses = flag(options, "UseCompressedClassPointers", true);
        String alignment = options.value("ObjectAlignmentInBytes");
        return new HeapLayout(
                compactHeaders ? 8 : compressedClasses ? 12 : 16,
                compressedOops ? 4 : 8,
                alignment == null ? 8 : Integer.parseInt(alignment),
                feature >= ELEMENTS_FOLLOW_LENGTH_SINCE,
                flag(options, "CompactStrings", true));
    }

    /** The size of an object whose last field ends at the given offset. */
    long instanceBytes(int endOffset) {
        return align(endOffset, alignmentBytes);
    }

    long arrayBytes(long length, int elementBytes) {
        int afterLength = headerBytes + LENGTH_BYTES;
        // 8-byte elements stay on 8-byte addresses on every JDK
        long base = elementsFollowLength && elementBytes < 8 ? afterLength : align(afterLength, 8);
        return align(base + length * elementBytes, alignmentBytes);
    }

    long referenceArrayBytes(long length) {
        return arrayBytes(length, referenceBytes);
    }

    private static long align(long bytes, int alignment) {
        return (bytes + alignment - 1) & -(long) alignment;
    }

    private static boolean flag(VmOptions options, String name, boolean otherwise) {
        String value = options.value(name);
        return value == null ? otherwise : Boolean.parseBoolean(value);
    }

    private static VmOptions vmOptions() {
        try {
            return HotSpot.options();
        } catch (LinkageError | RuntimeException absent) {
            // jdk.management is optional at run time, and other JVMs have the module but not the bean
            return name -> null;
        }
    }

    /** Apart, so that the outer class links on a run-time image without jdk.management. */
    private static final class HotSpot {
        static VmOptions options() {
            HotSpotDiagnosticMXBean bean = ManagementFactory.getPlatformMXBean(HotSpotDiagnosticMXBean.class);
            return bean == null ? name -> null : name -> value(bean, name);
        }

        private static @Nullable String value(HotSpotDiagnosticMXBean bean, String name) {
            try {
                return bean.getVMOption(name).getValue();
            } catch (RuntimeException unknownToThisVm) {
                return null;
            }
        }
    }
}
