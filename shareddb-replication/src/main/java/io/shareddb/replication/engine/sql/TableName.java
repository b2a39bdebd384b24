package io.shareddb.replication.engine.sql;

/**
 * A table, view or sequence.
 *
 * @param type as {@code information_schema.tables} has it
 * @param engine its storage engine; empty for a view
 */
public record TableName(String database, String name, String type, String engine) {
    /** As statements want it. */
    public String quoted() {
        return Quoting.name(database) + "." + Quoting.name(name);
    }

    /** Its rows take part in consistent reads. */
    public boolean transactional() {
        return engine.equalsIgnoreCase("InnoDB");
    }
}
