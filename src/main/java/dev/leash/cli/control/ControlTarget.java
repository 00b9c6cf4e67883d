package dev.leash.cli.control;

import java.io.IOException;
import java.util.Map;

/** What a {@link ControlServer} passes requests to. For any thread; each request has one of its own. */
public interface ControlTarget {
    /** Takes what is answered, line by line. */
    interface Reply {
        /**
         * Sends one line.
         *
         * @throws IOException if who has asked is gone
         */
        void send(Map<String, ?> line) throws IOException;
    }

    /**
     * Does what is asked, and returns when that is done.
     *
     * @return the exit status of who has asked
     * @throws RefusedException with what to tell them
     * @throws IOException if they are gone
     * @throws InterruptedException the same, while this waits
     */
    int handle(ControlRequest request, Reply reply) throws RefusedException, IOException, InterruptedException;
}
