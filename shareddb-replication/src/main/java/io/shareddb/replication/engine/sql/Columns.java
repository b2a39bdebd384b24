package io.shareddb.replication.engine.sql;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/**
 * How a table's values are copied without loss: as the bytes that the engine makes of them and makes them of.
 *
 * @param names columns that have values of their own, quoted; generated ones are left out
 * @param expressions what is selected for each
 * @param placeholders what is inserted for each
 */
public record Columns(List<String> names, List<String> expressions, List<String> placeholders) {
    /** Collects columns in their order. One thread. */
    public static final class Builder {
        private final List<String> names = new ArrayList<>();
        private final List<String> expressions = new ArrayList<>();
        private final List<String> placeholders = new ArrayList<>();

        /**
         * Adds a column.
         *
         * @param name as statements want it, quoted if need be
         * @param dataType as {@code information_schema.columns} has it
         */
        public Builder add(String name, String dataType) {
            names.add(name);
            switch (dataType.toLowerCase(Locale.ROOT)) {
                case "float" -> // its six shown digits are not all of it
                    as("CAST(CAST(" + name + " AS DOUBLE) AS BINARY)", "?");
                case "bit", "enum", "set" -> // as numbers: labels and bits are ambiguous
                    as("CAST(CAST(" + name + " AS UNSIGNED) AS BINARY)", "CAST(? AS UNSIGNED)");
                case "json" -> // MySQL's, which takes no binary string
                    as("CAST(" + name + " AS BINARY)", "CONVERT(? USING utf8mb4)");
                case "point",
                        "linestring",
                        "polygon",
                        "multipoint",
                        "multilinestring",
                        "multipolygon",
                        "geometry",
                        "geomcollection",
                        "geometrycollection" -> // SRID and WKB
                    as(name, "?");
                default -> // addresses and UUIDs, too, become their own bytes
                    as("CAST(" + name + " AS BINARY)", "?");
            }
            return this;
        }

        private void as(String expression, String placeholder) {
            expressions.add(expression);
            placeholders.add(placeholder);
        }

        public Columns build() {
            return new Columns(List.copyOf(names), List.copyOf(expressions), List.copyOf(placeholders));
        }
    }
}
