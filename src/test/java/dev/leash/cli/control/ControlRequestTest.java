package dev.leash.cli.control;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.channels.Channels;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ControlRequestTest {
    private static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }

    @Test
    void aRequestComesBackAsItWas() throws Exception {
        for (int bits = 0; bits < 16; bits++) {
            ControlRequest request = new ControlRequest(
                    "stop",
                    List.of("a", "b\n\"ü"),
                    (bits & 1) != 0,
                    (bits & 2) != 0,
                    (bits & 4) != 0,
                    (bits & 8) != 0,
                    bits,
                    Long.MAX_VALUE);
            ControlLines lines = new ControlLines(Channels.newChannel(new ByteArrayInputStream(request.line())));
            assertEquals(request, ControlRequest.of(lines.next()));
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "x",
                "{",
                "[]",
                "{\"version\":1}",
                "{\"version\":2,\"command\":\"ps\"}",
                "{\"command\":\"ps\"}",
                "{\"version\":1,\"command\":1}",
                "{\"version\":1,\"command\":\"ps\",\"names\":[{}]}",
                "{\"version\":1,\"command\":\"ps\",\"x\":{\"y\":1}}",
                "{\"version\":1,\"command\":\"ps\"",
                "{\"version\":99999999999999999999,\"command\":\"ps\"}"
            })
    void anythingElseIsRefused(String line) {
        assertThrows(IOException.class, () -> ControlRequest.of(bytes(line)));
    }

    @Test
    void noBytesDoAnyHarm() {
        Random random = new Random(7);
        byte[] good = bytes("{\"version\":1,\"command\":\"ps\",\"names\":[\"a\"],\"lines\":12}");
        for (int round = 0; round < 100_000; round++) {
            byte[] bad = good.clone();
            for (int i = random.nextInt(4); i >= 0; i--) {
                bad[random.nextInt(bad.length)] = (byte) random.nextInt(256);
            }
            try {
                assertTrue(ControlRequest.of(bad).lines() >= 0);
            } catch (IOException e) {
                // That is how it says so.
            }
        }
    }

    @Test
    void aLineWithoutAnEndIsRefused() {
        byte[] endless = new byte[(1 << 20) + (16 << 10)];
        ControlLines lines = new ControlLines(Channels.newChannel(new ByteArrayInputStream(endless)));
        assertThrows(IOException.class, lines::next);
    }
}
