package io.shareddb.replication.engine.mysql;

import io.shareddb.protocol.binlog.GtidIntervals;
import io.shareddb.protocol.binlog.GtidSource;
import io.shareddb.protocol.binlog.MySqlGtid;
import io.shareddb.protocol.binlog.MySqlGtidSet;
import io.shareddb.replication.engine.Gtid;
import java.util.List;
import java.util.Map;

/** Identity of a transaction on MySQL: {@code uuid:number} or {@code uuid:tag:number}. Immutable value. */
record MySqlTransactionId(MySqlGtid gtid) implements Gtid {
    /**
     * Reads one GTID, or the set that a session's tracker reports after a statement that committed several times. The last of
     * them stands for all: a session commits one after the other.
     *
     * @throws IllegalArgumentException if {@code text} is something else
     */
    static MySqlTransactionId parse(String text) {
        int colon = text.indexOf(':');
        if (colon == text.lastIndexOf(':') && text.indexOf('-', colon) < 0) {
            return new MySqlTransactionId(MySqlGtid.parse(text));
        }
        Map.Entry<GtidSource, GtidIntervals> last = MySqlGtidSet.parse(text).sources().entrySet().stream()
                .reduce((former, latter) -> latter)
                .orElseThrow(() -> new IllegalArgumentException("gtid: '" + text + "' (expected: uuid:number)"));
        List<GtidIntervals.Range> ranges = last.getValue().ranges();
        return new MySqlTransactionId(
                new MySqlGtid(last.getKey(), ranges.get(ranges.size() - 1).end() - 1));
    }

    @Override
    public String text() {
        return gtid.toString();
    }

    @Override
    public String toString() {
        return text();
    }
}
