package dev.leash.cli.io;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(10)
class LocaleQuoteTest {
    private static final String WORD = "a'b\\c\u2019\n\u00e9";

    @Test
    void outsideUtf8QuotesAreApostrophesAndOtherBytesAreOctal() {
        String raw = RawText.of(WORD.getBytes(UTF_8)) + "\u00ff";
        assertEquals("'a\\'b\\\\c\\342\\200\\231\\n\\303\\251\\377'", LocaleQuote.quote(raw, false));
    }

    @Test
    void inUtf8QuotesAreTypographicAndLettersStay() {
        String raw = RawText.of(WORD.getBytes(UTF_8)) + "\u00ff\u0001";
        String quoted = LocaleQuote.quote(raw, true);
        assertEquals("\u2018a'b\\\\c\\\u2019\\n\u00e9\\377\\001\u2019", new String(RawText.bytes(quoted), UTF_8));
    }
}
