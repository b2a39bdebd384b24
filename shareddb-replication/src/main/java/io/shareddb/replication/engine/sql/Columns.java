package io.shareddb.replication.engine.sql;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/**
 * How a table's values are copied without loss: as the bytes that the engine makes of them and makes them of, in a session whose results
 * are not converted ({@code character_set_results=NULL}) and from a file without a character set ({@code CHARACTER SET binary}).
 *
 * @param names columns that have values of their own, quoted; generated ones are left out
 * @param expressions what is selected for each
 * @param loads what is made of each when it is loaded: nothing, or an expression with {@code ?} for the bytes
 */
public record Columns(List<String> names, List<String> expressions, List<String> loads) {
    /** The bytes themselves, as they are in the file. */
    private static final String PLAIN = "";

    /** Bytes that are text. */
    private static final String TEXT = "CONVERT(? USING utf8mb4)";

    /** Collects columns in their order. One thread. */
    public static final class Builder {
        private final List<String> names = new ArrayList<>();
        private final List<String> expressions = new ArrayList<>();
        private final List<String> loads = new ArrayList<>();

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
                    as("CAST(CAST(" + name + " AS DOUBLE) AS BINARY)", PLAIN);
                case "bit", "enum", "set" -> // as numbers: labels and bits are ambiguous
                    as("CAST(CAST(" + name + " AS UNSIGNED) AS BINARY)", "CAST(" + TEXT + " AS UNSIGNED)");
                case "json" -> // MySQL's, which takes no binary string
                    as("CAST(" + name + " AS BINARY)", TEXT);
                case "tinyint",
                        "smallint",
                        "mediumint",
                        "int",
                        "bigint",
                        "decimal",
                        "double",
                        "date",
                        "time",
                        "datetime",
                        "timestamp",
                        "year", // those are text in any case
                        "point",
                        "linestring",
                        "polygon",
                        "multipoint",
                        "multilinestring",
                        "multipolygon",
                        "geometry",
                        "geomcollection",
                        "geometrycollection", // SRID and WKB
                        "char", // and the rest as the column's bytes: sessions get no conversion
                        "varchar",
                        "tinytext",
                        "text",
                        "mediumtext",
                        "longtext",
                        "binary",
                        "varbinary",
                        "tinyblob",
                        "blob",
                        "mediumblob",
                        "longblob" -> as(name, PLAIN);
                default -> // addresses and UUIDs, too, become their own bytes
                    as("CAST(" + name + " AS BINARY)", PLAIN);
            }
            return this;
        }

        private void as(String expression, String load) {
            expressions.add(expression);
            loads.add(load);
        }

        public Columns build() {
            return new Columns(List.copyOf(names), List.copyOf(expressions), List.copyOf(loads));
        }
    }
}
