package dev.leash.support;

import java.lang.annotation.Annotation;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.function.Supplier;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.opentest4j.AssertionFailedError;
import org.opentest4j.TestAbortedException;
import org.testng.SkipException;
import org.testng.annotations.AfterClass;
import org.testng.annotations.BeforeClass;
import org.testng.annotations.BeforeMethod;
import org.testng.annotations.Test;

/** The tests of the Reactive Streams TCK, which are TestNG's, as tests of JUnit: each on an object of its own. */
public final class Tck {
    private Tck() {}

    /**
     * One test for each of the TCK's.
     *
     * @param atLeast how many there have to be: a TCK that finds nothing proves nothing
     */
    public static Stream<DynamicTest> tests(int atLeast, Supplier<?> verifications) {
        List<Method> tests = Arrays.stream(verifications.get().getClass().getMethods())
                .filter(method -> method.isAnnotationPresent(Test.class))
                .sorted(Comparator.comparing(Method::getName))
                .toList();
        if (tests.size() < atLeast) {
            throw new AssertionFailedError("only " + tests.size() + " tests: " + tests);
        }
        return tests.stream()
                .map(test -> DynamicTest.dynamicTest(test.getName(), () -> run(verifications.get(), test)));
    }

    private static void run(Object verification, Method test) throws Throwable {
        invokeAll(verification, BeforeClass.class);
        try {
            invokeAll(verification, BeforeMethod.class);
            invoke(verification, test);
        } catch (SkipException e) {
            if (test.getName().startsWith("required_")) {
                throw new AssertionFailedError("skipped, though required: " + e.getMessage(), e);
            }
            // What is optional, or what the TCK itself cannot verify: it says so.
            throw new TestAbortedException("TCK, " + test.getName() + ": " + e.getMessage(), e);
        } finally {
            invokeAll(verification, AfterClass.class);
        }
    }

    private static void invokeAll(Object object, Class<? extends Annotation> annotation) throws Throwable {
        for (Method method : object.getClass().getMethods()) {
            if (method.isAnnotationPresent(annotation)) {
                invoke(object, method);
            }
        }
    }

    private static void invoke(Object object, Method method) throws Throwable {
        try {
            method.invoke(object);
        } catch (InvocationTargetException e) {
            throw e.getCause();
        }
    }
}
