package io.heapwise.pools;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.objectweb.asm.ClassReader;
import org.objectweb.asm.ClassVisitor;
import org.objectweb.asm.MethodVisitor;
import org.objectweb.asm.Opcodes;

/**
 * No monitor is held while a driver, or any other code of a user's, is called: there is none. Up to JDK 23 a virtual thread that blocks
 * while it holds one keeps its carrier. Looks at the byte code of all classes, those that were generated too.
 */
class MonitorsTest {
    /** Everything that is compiled from this module, and a class that does have monitors, so that looking is known to find them. */
    private static List<String> monitorsIn(Path root) throws IOException {
        List<String> found = new ArrayList<>();
        try (Stream<Path> files = Files.walk(root)) {
            for (Path file :
                    files.filter(path -> path.toString().endsWith(".class")).toList()) {
                new ClassReader(Files.readAllBytes(file)).accept(new Finder(found), ClassReader.SKIP_DEBUG);
            }
        }
        return found;
    }

    private static final class Finder extends ClassVisitor {
        private final List<String> found;
        private String name = "";

        Finder(List<String> found) {
            super(Opcodes.ASM9);
            this.found = found;
        }

        @Override
        public void visit(
                int version, int access, String className, String signature, String superName, String[] interfaces) {
            name = className;
        }

        @Override
        public MethodVisitor visitMethod(
                int access, String method, String descriptor, String signature, String[] exceptions) {
            if ((access & Opcodes.ACC_SYNCHRONIZED) != 0) {
                found.add(name + "." + method);
            }
            return new MethodVisitor(Opcodes.ASM9) {
                @Override
                public void visitInsn(int opcode) {
                    if (opcode == Opcodes.MONITORENTER) {
                        found.add(name + "." + method);
                    }
                }
            };
        }
    }

    private static Path classesOf(Class<?> type) throws Exception {
        return Path.of(type.getProtectionDomain().getCodeSource().getLocation().toURI());
    }

    @Test
    void noClassOfThePoolsHasAMonitor() throws Exception {
        Path classes = classesOf(Pool.class);
        assertThat(classes.resolve("io/heapwise/pools/jdbc/ResultSetProxy.class"))
                .as("what was generated is looked at too")
                .exists();
        assertThat(monitorsIn(classes)).isEmpty();
    }

    @Test
    void oneThatHasIsFound() throws Exception {
        assertThat(monitorsIn(classesOf(MonitorsTest.class)))
                .contains(
                        "io/heapwise/pools/MonitorsTest$WithMonitors.method",
                        "io/heapwise/pools/MonitorsTest$WithMonitors.block");
    }

    @SuppressWarnings("unused") // its byte code is read
    private static final class WithMonitors {
        private int count;

        synchronized void method() {
            count++;
        }

        void block() {
            synchronized (this) {
                count++;
            }
        }
    }
}
