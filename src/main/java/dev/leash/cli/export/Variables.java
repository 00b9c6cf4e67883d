package dev.leash.cli.export;

import dev.leash.cli.up.UpFile;
import dev.leash.cli.up.UpPlan;
import java.util.LinkedHashMap;
import java.util.Map;

/** The variables of one service, as {@code leash up} sets them: the last one of a name wins. */
final class Variables {
    private final Map<String, String> all = new LinkedHashMap<>();

    Variables(UpFile file, UpPlan.Member member) {
        add(file.environment());
        if (member.port() > 0) {
            put("PORT", Integer.toString(member.port()));
        }
        put("PS", member.service().name() + "." + member.replica());
        put("LEASH_REPLICA", Integer.toString(member.replica()));
        add(member.service().environment());
    }

    private void add(Map<String, String> some) {
        some.forEach(this::put);
    }

    private void put(String name, String value) {
        all.remove(name);
        all.put(name, value);
    }

    String orElse(String name, String other) {
        return all.getOrDefault(name, other);
    }

    /** Those that {@code Environment=} can set, or the others. */
    Map<String, String> settable(boolean settable) {
        Map<String, String> some = new LinkedHashMap<>();
        all.forEach((name, value) -> {
            if (UnitSyntax.isVariable(name, value) == settable) {
                some.put(name, value);
            }
        });
        return some;
    }
}
