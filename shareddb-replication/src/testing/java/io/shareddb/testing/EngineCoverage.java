package io.shareddb.testing;

import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Which engines a run of tests was on, and which it was not. A test is on the engine that its name, or that of the class around it, tells:
 * {@code MariaDB 11.4.5 (packaged)}. Thread-safe.
 */
public final class EngineCoverage {
    private static final EngineCoverage OF_THIS_RUN = new EngineCoverage();
    private static final Pattern ENGINE =
            Pattern.compile("(?:MariaDB|MySQL) \\d+\\.\\d+(?:\\.\\d+)?(?: \\([a-z]+\\))?|(?:mysql|mariadb):[\\w.-]+");

    private final TreeMap<String, Integer> tests = new TreeMap<>(); // by engine; guarded by this
    private final Set<String> missing = new TreeSet<>(); // guarded by this
    private int others; // guarded by this
    private int skipped; // guarded by this

    /** The one that is written down at the end of this JVM's tests. */
    public static EngineCoverage ofThisRun() {
        return OF_THIS_RUN;
    }

    /**
     * A test was run.
     *
     * @param names its own, and of what it is in
     */
    public synchronized void ran(List<String> names) {
        for (String name : names) {
            Matcher engine = ENGINE.matcher(name);
            if (engine.find()) {
                tests.merge(engine.group(), 1, Integer::sum);
                return;
            }
        }
        others++;
    }

    /** A test was begun or found, and could not be run here. */
    public synchronized void skipped() {
        skipped++;
    }

    /** An engine is not here: {@code what} it is, and why. Can be repeated. */
    public synchronized void lacks(String what) {
        missing.add(what);
    }

    /** Whether there is anything to tell: tests without engines tell nothing. */
    public synchronized boolean concernsEngines() {
        return !tests.isEmpty() || !missing.isEmpty();
    }

    /** All of it, for whoever reads a build's output. */
    public synchronized String line() {
        List<String> parts = new ArrayList<>();
        tests.forEach((engine, count) -> parts.add(count + " tests on " + engine));
        if (others > 0) {
            parts.add(others + " on the packaged one alone, or on none");
        }
        if (skipped > 0) {
            parts.add(skipped + " skipped");
        }
        return "covered: " + (parts.isEmpty() ? "nothing" : String.join(", ", parts))
                + (missing.isEmpty() ? "" : "; not covered: " + String.join("; ", missing));
    }
}
