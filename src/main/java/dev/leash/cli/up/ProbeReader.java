package dev.leash.cli.up;

import dev.leash.cli.options.Similar;
import java.net.URI;
import java.net.URISyntaxException;
import java.util.List;
import java.util.Locale;
import java.util.regex.Pattern;
import java.util.regex.PatternSyntaxException;
import org.jspecify.annotations.Nullable;
import org.tomlj.TomlTable;

/** Reads what {@code ready} and {@code liveness} ask. */
final class ProbeReader {
    private static final List<String> WORDS = List.of("immediately", "notify");
    private static final List<String> QUESTIONS = List.of("tcp", "unix", "http", "command");
    private static final List<String> CONDITIONS = List.of("uptime", "line", "tcp", "unix", "http", "command");
    private static final int MOST_FAILURES = 1_000_000;

    private final TomlKeys keys;

    /** @param keys the service, for {@link #ready}; or the table itself */
    ProbeReader(TomlKeys keys) {
        this.keys = keys;
    }

    @Nullable
    ReadyRule ready() {
        Object value = keys.value("ready");
        if (value instanceof String word) {
            if (word.equals("immediately")) {
                return new ReadyRule.Immediately();
            }
            if (word.equals("notify")) {
                return new ReadyRule.Notify();
            }
            keys.wrong(
                    "ready",
                    "can be 'immediately', 'notify' or a table such as { tcp = 8080 }, not '" + word + "'"
                            + Similar.hint(word, WORDS));
        } else if (value != null && !(value instanceof TomlTable)) {
            keys.wrong(
                    "ready",
                    "can be 'immediately', 'notify' or a table such as { tcp = 8080 }, not " + TomlKeys.kind(value));
        } else if (value != null) {
            TomlKeys table = keys.table("ready");
            if (table != null) {
                ReadyRule rule = new ProbeReader(table).condition();
                table.refuseOthers();
                return rule;
            }
        }
        return null;
    }

    private @Nullable ReadyRule condition() {
        Long uptime = keys.duration("uptime");
        ReadyRule line = line();
        ProbeRule probe = probe(0);
        if (!isOneOf(CONDITIONS)) {
            return null;
        }
        if (uptime != null) {
            return new ReadyRule.Uptime(uptime);
        }
        return line != null ? line : probe == null ? null : new ReadyRule.Probed(probe);
    }

    private @Nullable ReadyRule line() {
        String regex = keys.text("line");
        if (regex == null) {
            return null;
        }
        try {
            Pattern ignored = Pattern.compile(regex);
            return new ReadyRule.Line(regex);
        } catch (PatternSyntaxException e) {
            keys.wrong(
                    "line",
                    "is no regular expression: "
                            + String.valueOf(e.getDescription()).toLowerCase(Locale.ROOT)
                            + (e.getIndex() <= 0 ? "" : " after character " + e.getIndex()) + " of '" + regex + "'");
            return null;
        }
    }

    /** What is asked of a service that is ready. */
    @Nullable
    ProbeRule liveness(boolean whole) {
        Long failures = keys.integer("failures", 1, MOST_FAILURES);
        ProbeRule probe = probe(failures == null ? 0 : failures.intValue());
        return !whole || isOneOf(QUESTIONS) ? probe : null;
    }

    private boolean isOneOf(List<String> names) {
        List<String> given = names.stream().filter(keys::has).toList();
        if (given.size() != 1) {
            keys.wrong("needs one of " + String.join(", ", names) + ", not "
                    + (given.isEmpty() ? "none of them" : String.join(" and ", given)));
        }
        return given.size() == 1;
    }

    private @Nullable ProbeRule probe(int failures) {
        ProbeRule.Question question = tcp();
        String socket = keys.raw("unix");
        if (socket != null) {
            question = new ProbeRule.Unix(socket);
        }
        Long status = keys.integer("status", 100, 599);
        ProbeRule.Question page = http(status == null ? 0 : status.intValue());
        question = page == null ? question : page;
        if (keys.has("status") && !keys.has("http")) {
            keys.wrong("status", "is that of a page; it needs http = 'http://…'");
        }
        List<String> command = keys.command("command");
        question = command == null ? question : new ProbeRule.Program(command);
        Long interval = keys.duration("interval");
        Long timeout = keys.duration("timeout");
        if ((interval != null || timeout != null) && (keys.has("uptime") || keys.has("line"))) {
            keys.wrong(interval != null ? "interval" : "timeout", "is for tcp, unix, http and command; remove it");
        }
        return question == null
                ? null
                : new ProbeRule(question, interval == null ? 0 : interval, timeout == null ? 0 : timeout, failures);
    }

    private ProbeRule.@Nullable Question tcp() {
        Object value = keys.value("tcp");
        if (value == null) {
            return null;
        }
        String address = value instanceof String || value instanceof Long ? value.toString() : "";
        int colon = address.lastIndexOf(':');
        String port = address.substring(colon + 1);
        String host = colon < 0 ? "" : address.substring(0, colon);
        if (host.startsWith("[") && host.endsWith("]")) {
            host = host.substring(1, host.length() - 1);
        }
        boolean known = port.equals(ProbeRule.OWN_PORT)
                || (port.matches("[0-9]{1,5}") && Integer.parseInt(port) >= 1 && Integer.parseInt(port) <= 65_535);
        if (known && (colon < 0 || !host.isBlank())) {
            return new ProbeRule.Tcp(host, port);
        }
        keys.wrong(
                "tcp",
                "needs a port from 1 to 65535, 'HOST:PORT', or '$PORT' for the one it was given, not "
                        + TomlKeys.kind(value));
        return null;
    }

    private ProbeRule.@Nullable Question http(int status) {
        String url = keys.text("http");
        if (url == null) {
            return null;
        }
        try {
            URI uri = new URI(url.replace(ProbeRule.OWN_PORT, "5000"));
            String scheme = String.valueOf(uri.getScheme()).toLowerCase(Locale.ROOT);
            if ((scheme.equals("http") || scheme.equals("https")) && uri.getHost() != null) {
                return new ProbeRule.Http(url, status);
            }
        } catch (URISyntaxException e) {
            // told below
        }
        keys.wrong("http", "needs a URL such as 'http://localhost:8080/health', not '" + url + "'");
        return null;
    }
}
