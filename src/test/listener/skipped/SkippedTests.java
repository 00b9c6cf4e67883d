package skipped;

import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.junit.platform.engine.TestExecutionResult;
import org.junit.platform.engine.support.descriptor.ClassSource;
import org.junit.platform.engine.support.descriptor.MethodSource;
import org.junit.platform.launcher.TestExecutionListener;
import org.junit.platform.launcher.TestIdentifier;
import org.junit.platform.launcher.TestPlan;

/**
 * Prints at the end of a run which tests were skipped, and why: Maven tells their number only. A package of its own, outside
 * of the module of the tests, since a service file names nothing that is in a module.
 */
public final class SkippedTests implements TestExecutionListener {
    /** What JUnit puts before the message of a failed assumption. */
    private static final String PREFIX = "Assumption failed: ";

    /** By reason, the tests, each with how often: a test with parameters is many. Guarded by this. */
    private final Map<String, Map<String, Integer>> skipped = new TreeMap<>();

    /** For the service loader. */
    public SkippedTests() {}

    @Override
    public void executionSkipped(TestIdentifier test, String reason) {
        add(test, reason);
    }

    @Override
    public void executionFinished(TestIdentifier test, TestExecutionResult result) {
        if (result.getStatus() == TestExecutionResult.Status.ABORTED) {
            add(test, result.getThrowable().map(Throwable::getMessage).orElse(null));
        }
    }

    private synchronized void add(TestIdentifier test, String message) {
        // The first line says it. Others, such as how to get what is missing, are in the report.
        String reason = message == null
                ? ""
                : message.strip().lines().findFirst().orElse("").strip();
        if (reason.startsWith(PREFIX)) {
            reason = reason.substring(PREFIX.length());
        }
        String told = reason.isEmpty() || reason.equals(PREFIX.strip()) ? "no reason was given" : reason;
        skipped.computeIfAbsent(told, none -> new TreeMap<>()).merge(name(test), 1, Integer::sum);
    }

    private static String name(TestIdentifier test) {
        return test.getSource()
                .flatMap(source -> switch (source) {
                    case MethodSource method ->
                        Optional.of(simple(method.getClassName()) + "." + method.getMethodName());
                    case ClassSource type -> Optional.of(simple(type.getClassName()));
                    default -> Optional.empty();
                })
                .orElseGet(test::getDisplayName);
    }

    private static String simple(String className) {
        return className.substring(className.lastIndexOf('.') + 1);
    }

    @Override
    public synchronized void testPlanExecutionFinished(TestPlan plan) {
        if (skipped.isEmpty()) {
            return;
        }
        StringBuilder text = new StringBuilder();
        int all = 0;
        for (Map.Entry<String, Map<String, Integer>> reason : skipped.entrySet()) {
            String separator = ": ";
            text.append("  ").append(reason.getKey());
            for (Map.Entry<String, Integer> test : reason.getValue().entrySet()) {
                int times = test.getValue();
                text.append(separator).append(test.getKey()).append(times == 1 ? "" : " (" + times + " times)");
                separator = ", ";
                all += times;
            }
            text.append('\n');
        }
        System.out.print("Skipped: " + all + ", because\n" + text);
        skipped.clear();
    }
}
