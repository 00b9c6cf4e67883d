package dev.leash.internal.bindings;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** The committed bindings are what the generator makes of the committed list, and nobody edited them. */
@Timeout(120)
class GenerateScriptTest {
    /** generate.sh's exit status for: no jextract here that could tell. */
    private static final int NO_FIT_JEXTRACT = 2;

    @Test
    void theCommittedBindingsAreWhatJextractMakesOfTheList() throws Exception {
        String script = BindingSymbols.nativeHeaders().resolve("generate.sh").toString();

        var check = CProbe.run(List.of("sh", script, "--check"));

        if (check.exitCode() == NO_FIT_JEXTRACT) {
            Skipped.because(check.text());
        }
        assertEquals(0, check.exitCode(), check::text);
    }
}
