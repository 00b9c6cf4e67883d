package dev.leash.forked;

import dev.leash.internal.notify.NotifySocket;

/** Opens a socket for notifications, says where, and is killed then. */
public final class Notified {
    private Notified() {}

    public static void main(String[] args) throws Exception {
        System.out.println(NotifySocket.open().address());
        Thread.sleep(60_000);
    }
}
