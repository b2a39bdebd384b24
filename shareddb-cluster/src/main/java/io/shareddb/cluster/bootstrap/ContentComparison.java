package io.shareddb.cluster.bootstrap;

import io.shareddb.replication.engine.ContentDigest;
import io.shareddb.replication.engine.ContentDigest.Part;
import io.shareddb.replication.engine.EngineContent.Database;
import io.shareddb.replication.engine.EngineContent.Table;
import io.shareddb.replication.engine.FoundEngine;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** Says what several engines hold and in what they differ: databases and definitions by name, rows by count and checksum. Stateless. */
final class ContentComparison {
    private static final int MAX_DIFFERENCES = 20;
    private static final String DATABASE = "database ";

    private ContentComparison() {}

    /** @param engines by name of the node, in the order in which they are to be named */
    static String describe(Map<String, FoundEngine> engines) {
        List<String> summaries = new ArrayList<>();
        engines.forEach((node, engine) -> summaries.add(node + " ("
                + engine.content().databases().stream()
                        .map(ContentComparison::summary)
                        .collect(Collectors.joining(", "))
                + ")"));
        Map<String, ContentDigest> digests = new LinkedHashMap<>();
        List<String> reading = new ArrayList<>();
        engines.forEach((node, engine) -> {
            ContentDigest digest = engine.digest();
            if (digest == null) {
                reading.add(node + " has not begun");
            } else if (digest.finished()) {
                digests.put(node, digest);
            } else {
                reading.add(node + " has read " + digest.tablesRead() + " of " + digest.tables() + " tables");
            }
        });
        return String.join(" and ", summaries) + ". "
                + (reading.isEmpty() ? compared(digests) : "They are being compared: " + String.join(", ", reading));
    }

    private static String summary(Database database) {
        long rows = database.tables().stream().mapToLong(Table::rows).sum();
        int tables = database.tables().size() + database.unnamedTables();
        return database.name() + ": " + tables + (tables == 1 ? " table" : " tables") + ", about " + rows + " rows";
    }

    private static String compared(Map<String, ContentDigest> digests) {
        List<String> differences = new ArrayList<>();
        Set<String> unread = new TreeSet<>();
        Set<String> elsewhere = new TreeSet<>(); // what is in a database that some do not have goes without saying
        for (String name : names(digests)) {
            if (elsewhere.stream().anyMatch(database -> isIn(name, database))) {
                continue;
            }
            Map<String, Part> parts = new LinkedHashMap<>();
            digests.forEach((node, digest) -> {
                Part part = digest.parts().get(name);
                if (part != null) {
                    parts.put(node, part);
                }
            });
            if (parts.size() < digests.size()) {
                differences.add(name + " is on " + String.join(", ", parts.keySet()) + " only");
                if (name.startsWith(DATABASE)) {
                    elsewhere.add(name.substring(DATABASE.length()));
                }
                continue;
            }
            if (distinct(parts.values().stream().map(Part::definition)) > 1) {
                differences.add(name + " is defined differently");
            }
            boolean table = name.startsWith("table ");
            if (table
                    && parts.values().stream().anyMatch(part -> part.checksum().isEmpty())) {
                unread.add(name);
            } else if (distinct(parts.values().stream().map(Part::rows)) > 1) {
                differences.add("rows of " + name + ": "
                        + parts.entrySet().stream()
                                .map(each -> each.getValue().rows() + " on " + each.getKey())
                                .collect(Collectors.joining(", ")));
            } else if (distinct(parts.values().stream().map(Part::checksum)) > 1) {
                differences.add("rows of " + name + ": as many on each, with other values");
            }
        }
        String rest = unread.isEmpty()
                ? ""
                : "; not compared for want of time, being large: " + listed(new ArrayList<>(unread));
        return differences.isEmpty()
                ? "No difference was found, by counts and checksums of all rows and by definitions" + rest
                : "They differ: " + listed(differences) + rest;
    }

    private static boolean isIn(String name, String database) {
        return name.contains(" " + database + ".") && !name.startsWith("account ");
    }

    private static String listed(List<String> all) {
        int more = all.size() - MAX_DIFFERENCES;
        return String.join("; ", all.subList(0, Math.min(MAX_DIFFERENCES, all.size())))
                + (more > 0 ? "; and " + more + " more" : "");
    }

    private static Set<String> names(Map<String, ContentDigest> digests) {
        Set<String> names = new TreeSet<>();
        digests.values().forEach(digest -> names.addAll(digest.parts().keySet()));
        return names;
    }

    private static long distinct(Stream<?> values) {
        return values.distinct().count();
    }
}
