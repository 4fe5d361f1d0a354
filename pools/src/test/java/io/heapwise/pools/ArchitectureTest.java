package io.heapwise.pools;

import static com.tngtech.archunit.base.DescribedPredicate.describe;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.domain.JavaModifier;
import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.junit.AnalyzeClasses;
import com.tngtech.archunit.junit.ArchTest;
import com.tngtech.archunit.lang.ArchRule;
import com.tngtech.archunit.lang.syntax.ArchRuleDefinition;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/** What the code of this module may use, and what it must not. */
@AnalyzeClasses(packages = "io.heapwise")
final class ArchitectureTest {
    @ArchTest
    static final ArchRule noSiblingIsImported = noClasses()
            .that()
            .resideInAPackage("io.heapwise.pools..")
            .should()
            .dependOnClassesThat()
            .resideInAnyPackage("io.heapwise.cache..", "io.heapwise.buffers..", "io.heapwise.streams..");

    @ArchTest
    static final ArchRule memorysInternalsAreItsOwn = noClasses()
            .that()
            .resideInAPackage("io.heapwise.pools..")
            .should()
            .dependOnClassesThat()
            .resideInAPackage("io.heapwise.memory.internal..");

    /** Of libraries that may be absent: the package that is named after each needs it, and nothing else does. */
    @ArchTest
    static void optionalLibrariesComeIntoTheirOwnPackages(JavaClasses classes) {
        noClasses()
                .that()
                .resideOutsideOfPackage("io.heapwise.pools.commons")
                .should()
                .dependOnClassesThat()
                .resideInAPackage("org.apache..")
                .check(main(classes));
        noClasses()
                .that()
                .resideOutsideOfPackage("io.heapwise.pools.micrometer")
                .should()
                .dependOnClassesThat()
                .resideInAPackage("io.micrometer..")
                .check(main(classes));
        noClasses()
                .that()
                .resideOutsideOfPackage("io.heapwise.pools.jdbc")
                .should()
                .dependOnClassesThat()
                .resideInAnyPackage("java.sql..", "javax.sql..")
                .check(main(classes));
    }

    @ArchTest
    static void nothingElseComesIn(JavaClasses classes) {
        classes()
                .that()
                .resideInAPackage("io.heapwise.pools..")
                .should()
                .onlyDependOnClassesThat()
                .resideInAnyPackage(
                        "io.heapwise..",
                        "java..",
                        "javax.management..",
                        "javax.sql..",
                        "com.sun.management..",
                        "org.apache.commons.pool2..",
                        "io.micrometer.core.instrument..",
                        "org.jspecify.annotations..")
                .check(main(classes));
    }

    @ArchTest
    static void noThreadLocalAndNoUnsafe(JavaClasses classes) {
        noClasses()
                .should()
                .dependOnClassesThat()
                .areAssignableTo(ThreadLocal.class)
                .orShould()
                .dependOnClassesThat()
                .haveNameMatching("(sun|jdk\\.internal)\\.misc\\.Unsafe")
                .check(main(classes));
    }

    @ArchTest
    static void noCollectionIsProvoked(JavaClasses classes) {
        noClasses()
                .should()
                .callMethod(System.class, "gc")
                .orShould()
                .callMethod(Runtime.class, "gc")
                .check(main(classes));
    }

    @ArchTest
    static void noMethodIsSynchronized(JavaClasses classes) {
        ArchRuleDefinition.noMethods()
                .should()
                .haveModifier(JavaModifier.SYNCHRONIZED)
                .check(main(classes));
    }

    @ArchTest
    static void nobodySleeps(JavaClasses classes) {
        noClasses()
                .that()
                .resideInAPackage("io.heapwise.pools..")
                .should()
                .callMethodWhere(describe(
                        "a thread sleeps",
                        call -> call.getTarget().getName().equals("sleep")
                                && (call.getTargetOwner().isEquivalentTo(Thread.class)
                                        || call.getTargetOwner().isEquivalentTo(java.util.concurrent.TimeUnit.class))))
                .check(classes);
    }

    /** What is handed to a borrower is written when building, not put together by reflection. */
    @ArchTest
    static void connectionsAreWrappedWithoutReflection(JavaClasses classes) {
        noClasses()
                .that()
                .resideInAPackage("io.heapwise.pools.jdbc")
                .should()
                .dependOnClassesThat()
                .resideInAPackage("java.lang.reflect..")
                .check(main(classes));
    }

    /** Byte code shows synchronized methods but hides synchronized blocks from ArchUnit; the source does not. */
    @ArchTest
    static void noBlockIsSynchronized(JavaClasses classes) throws IOException {
        Pattern monitor = Pattern.compile("(?m)^\\s*(?!\\*|//|/\\*).*\\bsynchronized\\s*\\(");
        try (Stream<Path> files = Files.walk(Path.of("src", "main", "java"))) {
            List<Path> sources =
                    files.filter(file -> file.toString().endsWith(".java")).toList();
            assertThat(sources)
                    .isNotEmpty()
                    .allSatisfy(source -> assertThat(Files.readString(source)).doesNotContainPattern(monitor));
        }
    }

    private static JavaClasses main(JavaClasses classes) {
        JavaClasses main = classes.that(describe(
                "of the pools' main code",
                type -> type.getPackageName().startsWith("io.heapwise.pools")
                        && type.getSource().isPresent()
                        && new ImportOption.DoNotIncludeTests()
                                .includes(com.tngtech.archunit.core.importer.Location.of(
                                        type.getSource().get().getUri()))));
        assertThat(main).isNotEmpty();
        return main;
    }
}
