package io.shareddb.replication.engine.mariadb;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * How a table's values are copied without loss: as the bytes that the engine makes of them and makes them of.
 *
 * @param names columns that have values of their own, generated ones are left out
 * @param expressions what is selected for each
 * @param placeholders what is inserted for each
 */
record Columns(List<String> names, List<String> expressions, List<String> placeholders) {
    static Columns of(AdminSession session, Catalog.TableName table) {
        List<String> names = new ArrayList<>();
        List<String> expressions = new ArrayList<>();
        List<String> placeholders = new ArrayList<>();
        boolean periods = false;
        for (Map<String, @Nullable String> row :
                session.rows("SELECT column_name, data_type, is_generated, generation_expression FROM"
                        + " information_schema.columns WHERE table_schema=" + Quoting.string(table.database())
                        + " AND table_name=" + Quoting.string(table.name()) + " ORDER BY ordinal_position")) {
            boolean period = AdminSession.text(row, "generation_expression")
                    .toUpperCase(Locale.ROOT)
                    .matches("ROW (START|END)");
            periods |= period;
            if (period || !AdminSession.text(row, "is_generated").equals("ALWAYS")) {
                String name = Quoting.name(AdminSession.text(row, "column_name"));
                names.add(name);
                add(AdminSession.text(row, "data_type").toLowerCase(Locale.ROOT), name, expressions, placeholders);
            }
        }
        if (table.type().equals("SYSTEM VERSIONED") && !periods) {
            for (String hidden : List.of("row_start", "row_end")) {
                names.add(hidden);
                add("timestamp", hidden, expressions, placeholders);
            }
        }
        return new Columns(List.copyOf(names), List.copyOf(expressions), List.copyOf(placeholders));
    }

    private static void add(String type, String name, List<String> expressions, List<String> placeholders) {
        switch (type) {
            case "float" -> { // its six shown digits are not all of it
                expressions.add("CAST(CAST(" + name + " AS DOUBLE) AS BINARY)");
                placeholders.add("?");
            }
            case "bit", "enum", "set" -> { // as numbers: labels and bits are ambiguous
                expressions.add("CAST(CAST(" + name + " AS UNSIGNED) AS BINARY)");
                placeholders.add("CAST(? AS UNSIGNED)");
            }
            case "point",
                    "linestring",
                    "polygon",
                    "multipoint",
                    "multilinestring",
                    "multipolygon",
                    "geometry",
                    "geometrycollection" -> {
                expressions.add(name); // SRID and WKB
                placeholders.add("?");
            }
            default -> { // addresses and UUIDs, too, become their own bytes
                expressions.add("CAST(" + name + " AS BINARY)");
                placeholders.add("?");
            }
        }
    }
}
