package dev.leash.internal.loop;

import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertSame;

import dev.leash.internal.sys.CallState;
import dev.leash.support.LeakCheck;
import java.util.HashMap;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;

@Timeout(60)
class RegistrationTableTest {
    @RegisterExtension
    static final LeakCheck LEAKS = new LeakCheck();

    /** Numbers next to all borders, and the highest that a kernel can give. */
    private static final int[] NUMBERS = {0, 1, 63, 64, 65, 127, 128, 191, 192, 1_000, 1_023, 1_024, 70_000, 1 << 20};

    @Test
    void agreesWithAMap() throws Exception {
        Poller poller = new Poller(CallState.create());
        RegistrationTable table = new RegistrationTable();
        Map<Integer, Registration> model = new HashMap<>();
        Random random = new Random(1);
        for (int step = 0; step < 20_000; step++) {
            int fd = NUMBERS[random.nextInt(NUMBERS.length)];
            Registration known = model.get(fd);
            assertSame(known, table.get(fd));
            if (random.nextBoolean()) {
                Registration made = new Registration(poller, fd, 0, readiness -> {}, null);
                table.put(fd, made);
                model.put(fd, made);
                if (known != null) {
                    table.remove(fd, known); // the number is another's by now
                    assertSame(made, table.get(fd));
                }
            } else if (known != null) {
                table.remove(fd, known);
                model.remove(fd);
            }
        }
        assertNull(table.get(5_000_000));
        poller.close();
    }
}
