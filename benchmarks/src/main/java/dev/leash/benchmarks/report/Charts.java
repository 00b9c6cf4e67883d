package dev.leash.benchmarks.report;

import dev.leash.benchmarks.Measurement;
import java.nio.file.Path;
import java.util.List;
public final class Charts { public static void draw(List<Measurement> m, Path p) {} }
