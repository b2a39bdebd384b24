package io.shareddb.replication.engine.sql;

import io.shareddb.replication.snapshot.TableSize;

/**
 * Which rows are copied of a table.
 *
 * @param size as the engine estimates
 * @param rest what follows the table's name in the query, with a space before it, or nothing
 */
public record TableCopy(TableName table, TableSize size, Columns columns, String rest) {
    String query() {
        return "SELECT " + String.join(", ", columns.expressions()) + " FROM " + table.quoted() + rest;
    }
}
