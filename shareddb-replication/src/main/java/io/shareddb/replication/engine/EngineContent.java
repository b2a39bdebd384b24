package io.shareddb.replication.engine;

import java.util.List;

/**
 * What clients keep in an engine, as it can be told without reading rows. Immutable.
 *
 * @param databases that have something in them, by name; those that every engine brings itself are left out
 */
public record EngineContent(List<Database> databases) {
    /** Holds nothing. */
    public static final EngineContent NOTHING = new EngineContent(List.of());

    /** How many tables are named, over all databases. */
    public static final int NAMED_TABLES = 2000;

    public EngineContent {
        databases = List.copyOf(databases);
    }

    /**
     * One database.
     *
     * @param name as the engine has it
     * @param tables by name; views and sequences among them
     * @param unnamedTables how many more there are
     * @param programs routines and events
     */
    public record Database(String name, List<Table> tables, int unnamedTables, int programs) {
        public Database {
            tables = List.copyOf(tables);
        }
    }

    /**
     * One table.
     *
     * @param name as the engine has it
     * @param rows as the engine estimates
     */
    public record Table(String name, long rows) {}

    /** Nothing is in it. */
    public boolean nothing() {
        return databases.isEmpty();
    }
}
