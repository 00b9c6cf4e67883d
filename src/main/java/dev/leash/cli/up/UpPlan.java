package dev.leash.cli.up;

import dev.leash.cli.io.RawText;
import dev.leash.cli.options.Similar;
import dev.leash.cli.options.UsageException;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Which services of a file run, each replica for itself. */
public final class UpPlan {
    private static final int FIRST_PORT = 5000;
    private static final int PORTS_OF_A_SERVICE = 100;
    private static final int LAST_PORT = 65_535;

    /**
     * One of them.
     *
     * @param name with the number of a replica, if there are several
     * @param number of the service, from 0 on
     * @param replica from 1 on
     * @param port 0 if there are not so many
     */
    public record Member(UpService service, String name, int number, int replica, int port) {}

    private final UpFile file;
    private final Set<String> chosen;

    private UpPlan(UpFile file, Set<String> chosen) {
        this.file = file;
        this.chosen = chosen;
    }

    /**
     * Those of {@code names} and what they wait for; all if there is none.
     *
     * @throws UsageException if there is no service of a name
     */
    public static UpPlan of(UpFile file, List<String> names) throws UsageException {
        Map<String, UpService> services = new LinkedHashMap<>();
        file.services().forEach(service -> services.put(service.name(), service));
        List<String> all = List.copyOf(services.keySet());
        Set<String> chosen = new HashSet<>();
        Deque<String> left = new ArrayDeque<>(names.isEmpty() ? all : names);
        while (!left.isEmpty()) {
            String name = left.remove();
            UpService service = services.get(name);
            if (service == null) {
                String hint = Similar.hint(name, all);
                throw new UsageException("there is no service '" + name + "'"
                        + (hint.isEmpty()
                                ? " (there are: " + String.join(", ", all) + "; a FILE has '/' or '.' in its name)"
                                : hint));
            }
            if (chosen.add(name)) {
                left.addAll(service.after());
                left.addAll(service.afterSuccess());
            }
        }
        return new UpPlan(file, chosen);
    }

    public UpFile file() {
        return file;
    }

    /**
     * Those that run, in the order of the file.
     *
     * @param callersPort the caller's PORT, or null
     */
    public List<Member> members(@Nullable String callersPort) {
        int first = firstPort(file.environment().getOrDefault("PORT", callersPort == null ? "" : callersPort));
        List<Member> members = new ArrayList<>();
        int number = 0;
        for (UpService service : file.services()) {
            if (chosen.contains(service.name())) {
                List<String> names = names(service);
                for (int replica = 1; replica <= names.size(); replica++) {
                    int port = first + PORTS_OF_A_SERVICE * number + replica - 1;
                    members.add(
                            new Member(service, names.get(replica - 1), number, replica, port > LAST_PORT ? 0 : port));
                }
            }
            number++;
        }
        return members;
    }

    /** The names of all replicas of some services. */
    public String[] replicas(List<String> services) {
        return file.services().stream()
                .filter(service -> services.contains(service.name()))
                .flatMap(service -> names(service).stream())
                .toArray(String[]::new);
    }

    private static List<String> names(UpService service) {
        if (service.replicas() == 1) {
            return List.of(service.name());
        }
        List<String> names = new ArrayList<>();
        for (int replica = 1; replica <= service.replicas(); replica++) {
            names.add(service.name() + "." + replica);
        }
        return names;
    }

    private static int firstPort(String text) {
        String port = RawText.text(text).strip();
        return port.matches("[1-9][0-9]{0,4}") && Integer.parseInt(port) <= LAST_PORT
                ? Integer.parseInt(port)
                : FIRST_PORT;
    }
}
