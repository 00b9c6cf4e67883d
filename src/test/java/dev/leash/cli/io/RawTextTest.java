package dev.leash.cli.io;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(10)
class RawTextTest {
    @Test
    void everyByteComesBack() {
        byte[] all = new byte[256];
        for (int i = 0; i < all.length; i++) {
            all[i] = (byte) i;
        }
        assertArrayEquals(all, RawText.bytes(RawText.of(all)));
    }

    @Test
    void onlyUtf8IsText() {
        assertEquals("\u00e9\u20ac", RawText.utf8("\u00e9\u20ac".getBytes(UTF_8)));
        assertEquals(
                "\ufffd", RawText.utf8("\ufffd".getBytes(UTF_8)), "a replacement character that was written as one");
        assertNull(RawText.utf8(new byte[] {'a', (byte) 0xff}));
        assertNull(RawText.utf8(new byte[] {(byte) 0xe2, (byte) 0x82}), "cut off");
    }

    @Test
    void entriesEndInNul() {
        List<byte[]> entries = RawText.entries("a\0\0b=c\0".getBytes(UTF_8));
        assertEquals(List.of("a", "", "b=c"), entries.stream().map(RawText::of).toList());
    }
}
