package io.shareddb.replication.engine;

import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** A version of an engine; data of one {@code major.minor} series is understood by all of its patches. */
public record EngineVersion(int major, int minor, int patch) implements Comparable<EngineVersion> {
    private static final Pattern NUMBERS = Pattern.compile("(\\d+)\\.(\\d+)\\.(\\d+)");

    /** The first {@code a.b.c} in {@code text}, for example of {@code mariadbd  Ver 11.4.5-MariaDB for linux-systemd}. */
    public static EngineVersion in(String text) {
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

    /** Whether data of one are understood by the other. */
    public boolean sameSeries(EngineVersion other) {
        return major == other.major && minor == other.minor;
    }

    /** Whether its series came after the other's. */
    public boolean newerSeriesThan(EngineVersion other) {
        return major != other.major ? major > other.major : minor > other.minor;
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
