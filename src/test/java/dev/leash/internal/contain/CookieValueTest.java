package dev.leash.internal.contain;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** What counts as a cookie among the entries of an environment. */
@Timeout(30)
class CookieValueTest {
    private final Cookie cookie = Cookie.create();

    private boolean isIn(String... entries) {
        return cookie.isIn((String.join("\0", entries) + "\0").getBytes(US_ASCII));
    }

    @Test
    void noTwoAreTheSame() {
        assertNotEquals(cookie.id(), Cookie.create().id());
        assertEquals(32, cookie.id().length());
    }

    @Test
    void itIsFoundWhereverItsVariableStands() {
        String entry = "LEASH_RUN=" + cookie.id();
        assertTrue(isIn(entry));
        assertTrue(isIn("A=1", entry, "B=2"));
        assertTrue(isIn("", "NO_EQUALS_SIGN", entry));
        assertTrue(cookie.isIn(entry.getBytes(US_ASCII)), "without a NUL at the end");
    }

    /** Where a run is started by a process of another run, its processes belong to both. */
    @Test
    void theIdsOfOuterAndInnerRunsStandInOneVariable() {
        String outer = Cookie.create().id();
        assertTrue(isIn("LEASH_RUN=" + outer + "," + cookie.id()));
        assertTrue(isIn("LEASH_RUN=" + cookie.id() + "," + outer));
        assertFalse(isIn("LEASH_RUN=" + outer));
    }

    @Test
    void theIdInAnotherVariableIsNone() {
        assertFalse(isIn("A=" + cookie.id()));
        assertFalse(isIn("XLEASH_RUN=" + cookie.id()));
        assertFalse(isIn("LEASH_RUNS=" + cookie.id()));
        assertFalse(isIn("A=LEASH_RUN=" + cookie.id()));
        assertFalse(isIn("LEASH_RUN=", cookie.id()), "what follows a NUL is another entry");
    }

    @Test
    void aPartOfTheIdIsNone() {
        String id = cookie.id();
        assertFalse(isIn("LEASH_RUN=" + id.substring(1)));
        assertFalse(isIn("LEASH_RUN=" + id.substring(0, id.length() - 1)));
        assertFalse(isIn("LEASH_RUN=" + id.substring(0, 16), id.substring(16)));
        assertFalse(cookie.isIn(new byte[0]));
    }

    /** The tests themselves may be run by a run, and then that one's id comes first. */
    @Test
    void theValueEndsWithItsOwnId() {
        String value = new String(cookie.value(), US_ASCII);
        assertTrue(value.equals(cookie.id()) || value.endsWith("," + cookie.id()), value);
        assertTrue(isIn(new String(Cookie.variable(), US_ASCII) + "=" + value));
    }
}
