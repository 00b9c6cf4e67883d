package dev.leash.cli.control;

import java.io.IOException;
import java.nio.channels.SocketChannel;
import java.nio.file.attribute.UserPrincipal;
import java.util.Set;
import jdk.net.ExtendedSocketOptions;

/** Who is at the other end of a Unix socket, as the kernel noted at connect(2) and listen(2): SO_PEERCRED. */
final class ControlPeer {
    /** Its number is the name where there is no /etc/passwd. */
    private static final Set<String> ROOT = Set.of("root", "0");

    private ControlPeer() {}

    /** Whether that is this user, or root, who may do everything anyway. */
    static boolean isTrusted(SocketChannel peer) throws IOException {
        UserPrincipal user = peer.getOption(ExtendedSocketOptions.SO_PEERCRED).user();
        return user.equals(ControlPlace.own()) || isRoot(user);
    }

    static boolean isRoot(UserPrincipal user) {
        return ROOT.contains(user.getName());
    }
}
