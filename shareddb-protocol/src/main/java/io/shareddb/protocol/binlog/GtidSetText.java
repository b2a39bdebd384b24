package io.shareddb.protocol.binlog;

import io.shareddb.protocol.binlog.GtidIntervals.Range;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** GTID sets as people and variables write them. */
final class GtidSetText {
    private GtidSetText() {}

    static MySqlGtidSet parse(String text) {
        TreeMap<GtidSource, List<Range>> found = new TreeMap<>();
        for (String part : text.split(",", -1)) {
            if (!part.isBlank()) {
                parseSource(part, found);
            }
        }
        TreeMap<GtidSource, GtidIntervals> sources = new TreeMap<>();
        found.forEach((source, ranges) -> sources.put(source, GtidIntervals.of(ranges)));
        return new MySqlGtidSet(sources);
    }

    /** One {@code uuid:range:range:tag:range}; empty ranges, as {@code 5-4}, count for nothing, as in MySQL. */
    private static void parseSource(String text, Map<GtidSource, List<Range>> found) {
        String[] parts = text.split(":", -1);
        GtidSource source = GtidSource.of(parts[0], "");
        for (int i = 1; i < parts.length; i++) {
            String part = parts[i].trim();
            if (part.isEmpty()) {
                throw new IllegalArgumentException("gtid set: empty part in '" + text + "'");
            }
            if (!Character.isDigit(part.charAt(0))) {
                source = GtidSource.of(parts[0], part);
                continue;
            }
            int dash = part.indexOf('-');
            long start = number(dash < 0 ? part : part.substring(0, dash));
            long end = dash < 0 ? start : number(part.substring(dash + 1));
            if (start < 1 || end == Long.MAX_VALUE) {
                throw new IllegalArgumentException("gtid set: '" + part + "' (expected: numbers of 1 to 2^63 - 2)");
            }
            if (end >= start) {
                found.computeIfAbsent(source, key -> new ArrayList<>()).add(new Range(start, end + 1));
            }
        }
    }

    private static long number(String text) {
        try {
            return Long.parseLong(text.trim());
        } catch (NumberFormatException e) {
            throw new IllegalArgumentException("gtid set: '" + text + "' (expected: a number)", e);
        }
    }
}
