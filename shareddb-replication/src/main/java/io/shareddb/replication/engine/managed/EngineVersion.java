package io.shareddb.replication.engine.managed;

import io.shareddb.replication.engine.EngineException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** A version of an engine; data of one {@code major.minor} series is understood by all of its patches. */
public record EngineVersion(int major, int minor, int patch) implements Comparable<EngineVersion> {
    private static final Pattern NUMBERS = Pattern.compile("(\\d+)\\.(\\d+)\\.(\\d+)");

    /** The first {@code a.b.c} in {@code text}, for example of {@code mariadbd  Ver 11.4.5-MariaDB for linux-systemd}. */
    static EngineVersion in(String text) {
        Matcher matcher = NUMBERS.matcher(text);
        if (!matcher.find()) {
            throw new EngineException(
                    "engine version: '" + text.strip() + "' (expected: something like 11.4.5-MariaDB or 9.7.4)");
        }
        return new EngineVersion(
                Integer.parseInt(matcher.group(1)),
                Integer.parseInt(matcher.group(2)),
                Integer.parseInt(matcher.group(3)));
    }

    /** What {@code server --version} says. */
    static String ask(Path server) {
        try {
            Process process = new ProcessBuilder(server.toString(), "--no-defaults", "--version")
                    .redirectErrorStream(true)
                    .start();
            process.getOutputStream().close();
            try (InputStream out = process.getInputStream()) {
                return new String(out.readAllBytes(), StandardCharsets.UTF_8);
            }
        } catch (IOException e) {
            throw new EngineException("cannot run " + server + " --version: " + e.getMessage(), e);
        }
    }

    boolean sameSeries(EngineVersion other) {
        return major == other.major && minor == other.minor;
    }

    @Override
    public int compareTo(EngineVersion other) {
        int byMajor = Integer.compare(major, other.major);
        int byMinor = byMajor != 0 ? byMajor : Integer.compare(minor, other.minor);
        return byMinor != 0 ? byMinor : Integer.compare(patch, other.patch);
    }

    @Override
    public String toString() {
        return major + "." + minor + "." + patch;
    }
}
