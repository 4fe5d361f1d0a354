package io.heapwise.memory.internal;

import com.sun.management.HotSpotDiagnosticMXBean;
import java.lang.management.ManagementFactory;
import org.jspecify.annotations.Nullable;

/** Flags of the virtual machine. Invariant: never throws; a flag that cannot be read is "not set". */
public final class VmOptions {
    private VmOptions() {}

    /**
     * A flag's value in words.
     *
     * @param name the flag
     * @return the value, or null if there is no such flag or no way to ask
     */
    public static @Nullable String get(String name) {
        try {
            HotSpotDiagnosticMXBean bean = ManagementFactory.getPlatformMXBean(HotSpotDiagnosticMXBean.class);
            return bean == null ? null : bean.getVMOption(name).getValue();
        } catch (Throwable notThere) {
            return null;
        }
    }

    /**
     * A flag's value as a number.
     *
     * @param name the flag
     * @return the value, or 0 if it is not a number or not there
     */
    public static long getLong(String name) {
        String value = get(name);
        try {
            return value == null ? 0 : Long.parseUnsignedLong(value);
        } catch (NumberFormatException notANumber) {
            return 0;
        }
    }

    /**
     * The limit of direct memory: the flag, or the heap's maximum where the flag is 0, which means "not set".
     *
     * @return bytes
     */
    public static long maxDirectMemoryBytes() {
        long set = getLong("MaxDirectMemorySize");
        return set > 0 ? set : Runtime.getRuntime().maxMemory();
    }
}
