package io.heapwise.memory;

import java.lang.annotation.Annotation;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.opentest4j.TestAbortedException;
import org.testng.SkipException;
import org.testng.annotations.AfterClass;
import org.testng.annotations.BeforeClass;
import org.testng.annotations.BeforeMethod;
import org.testng.annotations.Test;

/** Runs the rules of Reactive Streams, which are written for another test framework. */
final class Tck {
    private Tck() {}

    /** One test for each rule. */
    static Stream<DynamicTest> testsOf(Object rules) {
        List<Method> tests = methods(rules, Test.class);
        if (tests.size() < 20) {
            throw new AssertionError("tests=" + tests.size() + " (expected >= 20): the rules are not found");
        }
        return tests.stream()
                .map(test -> DynamicTest.dynamicTest(test.getName(), () -> {
                    callAll(rules, BeforeClass.class);
                    callAll(rules, BeforeMethod.class);
                    try {
                        call(rules, test);
                    } finally {
                        callAll(rules, AfterClass.class);
                    }
                }));
    }

    private static List<Method> methods(Object rules, Class<? extends Annotation> marked) {
        return Stream.of(rules.getClass().getMethods())
                .filter(method -> method.isAnnotationPresent(marked))
                .sorted(Comparator.comparing(Method::getName))
                .toList();
    }

    private static void callAll(Object rules, Class<? extends Annotation> marked) throws Throwable {
        for (Method method : methods(rules, marked)) {
            call(rules, method);
        }
    }

    private static void call(Object rules, Method method) throws Throwable {
        try {
            method.invoke(rules);
        } catch (InvocationTargetException e) {
            if (e.getCause() instanceof SkipException skipped) {
                throw new TestAbortedException(skipped.getMessage(), skipped);
            }
            throw e.getCause() == null ? e : e.getCause();
        }
    }
}
