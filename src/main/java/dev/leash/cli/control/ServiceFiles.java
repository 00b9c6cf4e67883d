package dev.leash.cli.control;

import java.util.List;

/** The usual names of the files of services. */
public final class ServiceFiles {
    public static final String TOML = "leash.toml";
    public static final String PROCFILE = "Procfile";

    /** The first that is there is meant where none is named. */
    public static final List<String> USUAL = List.of(TOML, PROCFILE);

    private ServiceFiles() {}
}
