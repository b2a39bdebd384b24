package io.shareddb.cluster.bootstrap;

import io.shareddb.replication.engine.EngineContent;
import io.shareddb.replication.engine.EngineContent.Database;
import io.shareddb.replication.engine.EngineContent.Table;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/** Says what several engines hold and in what they differ, by names and estimates. Stateless. */
final class ContentComparison {
    private static final int MAX_DIFFERENCES = 20;

    private ContentComparison() {}

    /** @param contents by name of the node, in the order in which they are to be named */
    static String describe(Map<String, EngineContent> contents) {
        List<String> summaries = new ArrayList<>();
        contents.forEach((node, content) -> summaries.add(node + " ("
                + String.join(
                        ", ",
                        content.databases().stream()
                                .map(ContentComparison::summary)
                                .toList())
                + ")"));
        List<String> differences = differences(contents);
        String found = differences.isEmpty()
                ? "no difference in names and estimated rows (rows are not compared)"
                : String.join("; ", differences.subList(0, Math.min(MAX_DIFFERENCES, differences.size())));
        int more = differences.size() - MAX_DIFFERENCES;
        return String.join(" and ", summaries) + ". They differ: " + found
                + (more > 0 ? "; and " + more + " more" : "");
    }

    private static String summary(Database database) {
        long rows = database.tables().stream().mapToLong(Table::rows).sum();
        int tables = database.tables().size() + database.unnamedTables();
        return database.name() + ": " + tables + (tables == 1 ? " table" : " tables") + ", about " + rows + " rows";
    }

    private static List<String> differences(Map<String, EngineContent> contents) {
        Map<String, Map<String, Database>> databases = new TreeMap<>(); // by name, then by node
        contents.forEach((node, content) -> content.databases().forEach(database -> databases
                .computeIfAbsent(database.name(), name -> new LinkedHashMap<>())
                .put(node, database)));
        List<String> differences = new ArrayList<>();
        databases.forEach((name, by) -> {
            if (by.size() < contents.size()) {
                differences.add("database " + name + " is on " + String.join(", ", by.keySet()) + " only");
            }
            tables(by).forEach((table, rows) -> {
                if (rows.size() < by.size()) {
                    differences.add(
                            "table " + name + "." + table + " is on " + String.join(", ", rows.keySet()) + " only");
                } else if (Set.copyOf(rows.values()).size() > 1) {
                    List<String> counts = new ArrayList<>();
                    rows.forEach((node, count) -> counts.add("about " + count + " on " + node));
                    differences.add("rows of " + name + "." + table + ": " + String.join(", ", counts));
                }
            });
        });
        return differences;
    }

    /** Estimated rows by table, then by node. */
    private static Map<String, Map<String, Long>> tables(Map<String, Database> by) {
        Set<String> names = new TreeSet<>();
        by.values().forEach(database -> database.tables().forEach(table -> names.add(table.name())));
        Map<String, Map<String, Long>> tables = new LinkedHashMap<>();
        for (String name : names) {
            Map<String, Long> rows = new LinkedHashMap<>();
            by.forEach((node, database) -> {
                @Nullable
                Table table = database.tables().stream()
                        .filter(each -> each.name().equals(name))
                        .findFirst()
                        .orElse(null);
                if (table != null) {
                    rows.put(node, table.rows());
                }
            });
            tables.put(name, rows);
        }
        return tables;
    }
}
