package io.shareddb.replication.engine.mysql;

import io.shareddb.protocol.binlog.MySqlGtidSet;
import io.shareddb.replication.engine.EnginePosition;
import io.shareddb.replication.engine.Gtid;

/**
 * What a MySQL engine holds: its {@code gtid_executed}. Immutable value.
 *
 * @param set of all transactions
 */
record MySqlPosition(MySqlGtidSet set) implements EnginePosition {
    static final MySqlPosition EMPTY = new MySqlPosition(MySqlGtidSet.EMPTY);

    static MySqlPosition parse(String text) {
        return text.isEmpty() ? EMPTY : new MySqlPosition(MySqlGtidSet.parse(text));
    }

    @Override
    public String text() {
        return set.toString();
    }

    @Override
    public boolean contains(Gtid gtid) {
        return set.contains(((MySqlTransactionId) gtid).gtid());
    }

    @Override
    public MySqlPosition plus(Gtid gtid) {
        return new MySqlPosition(set.plus(((MySqlTransactionId) gtid).gtid()));
    }

    /** What is here and not in {@code other}. */
    MySqlPosition minus(MySqlPosition other) {
        return new MySqlPosition(set.minus(other.set));
    }

    @Override
    public String toString() {
        return text();
    }
}
