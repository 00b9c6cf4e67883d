package dev.leash.internal.contain;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.leash.internal.sys.Errno;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** To be refused is a fact of its own: neither reached nor gone. */
@Timeout(30)
class DeliveryTest {
    private final Delivery delivery = new Delivery();

    @Test
    void oneThatIsReachedIsEnough() {
        delivery.add(-Errno.ESRCH);
        assertFalse(delivery.reached());
        delivery.add(0);
        delivery.add(-Errno.ESRCH);
        assertTrue(delivery.reached());
        assertEquals(0, delivery.refusal(), "who had gone did not refuse");
        assertTrue(Delivery.ofOne().reached());
    }

    @Test
    void aRefusalIsKeptThoughOthersWereReached() {
        delivery.add(-Errno.EPERM);
        assertFalse(delivery.reached());
        delivery.add(0);
        delivery.refuse(0);
        assertEquals(Errno.EPERM, delivery.refusal());
        delivery.pardon();
        assertEquals(0, delivery.refusal());
        assertTrue(delivery.reached());
    }
}
