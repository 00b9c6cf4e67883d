package dev.leash.internal.sys;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.domain.JavaMethodCall;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import java.lang.foreign.Linker;
import java.lang.foreign.MemoryLayout;
import java.lang.foreign.ValueLayout;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/**
 * The metadata that tells GraalVM's native-image what the library links. There is no GraalVM here to try it with, so it is
 * compared with the code.
 */
@Timeout(60)
class ReachabilityMetadataTest {
    private static final Path FILE =
            Path.of("src/main/resources/META-INF/native-image/dev.leash/leash/reachability-metadata.json");

    @Test
    void itNamesTheTypeThatIsLinked() throws Exception {
        String expected = """
                {
                  "foreign": {
                    "downcalls": [
                      {
                        "returnType": %s,
                        "parameterTypes": [%s],
                        "options": { "captureCallState": true }
                      }
                    ]
                  }
                }
                """.formatted(
                        name(CFunction.TYPE.returnLayout().orElseThrow()),
                        CFunction.TYPE.argumentLayouts().stream()
                                .map(ReachabilityMetadataTest::name)
                                .collect(Collectors.joining(", ")));
        assertEquals(expected, Files.readString(FILE), () -> FILE + " has to be:\n" + expected);
    }

    /** As GraalVM calls it: the names of the canonical layouts, of which all platforms have those of JNI. */
    private static String name(MemoryLayout layout) {
        assertEquals(ValueLayout.JAVA_LONG, layout, "give it its name here");
        return "\"jlong\"";
    }

    @Test
    void nothingElseIsLinked() {
        // makeInvoker() is the bindings' for variadic functions; it is not called.
        Set<String> linking = Set.of("downcallHandle", "upcallStub", "makeInvoker");
        JavaClasses classes = new ClassFileImporter().importPath(Path.of("target/classes"));
        assertTrue(classes.size() > 100);
        List<String> callers = classes.stream()
                .flatMap(ReachabilityMetadataTest::calls)
                .filter(call -> linking.contains(call.getTarget().getName()))
                .filter(call -> !call.getOrigin().getName().equals("makeInvoker"))
                .filter(call -> !isStructHelper(call))
                .map(call ->
                        call.getOriginOwner().getName() + "." + call.getTarget().getName())
                .toList();
        assertEquals(List.of(CFunction.class.getName() + ".downcallHandle"), callers);
    }

    private static Stream<JavaMethodCall> calls(JavaClass of) {
        return of.getMethodCallsFromSelf().stream();
    }

    /** jextract's for pointers to functions in structs, such as that of sigaction: never called, as it never is here. */
    private static boolean isStructHelper(JavaMethodCall call) {
        return call.getOriginOwner().getPackageName().equals("dev.leash.internal.bindings")
                && call.getTarget().getOwner().isEquivalentTo(Linker.class)
                && !call.getOriginOwner().getSimpleName().equals("Libc");
    }
}
