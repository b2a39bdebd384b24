package io.shareddb.cluster.simulation;

import io.shareddb.replication.log.NodeId;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Supplier;

/** What clients were told, and what became known of the history on any node; contradicting it ends the schedule. */
final class Ledger {
    /** A place in the history. */
    private record Entry(long epoch, ModelTransaction transaction) {}

    private final Stage stage;
    private final List<Entry> history = new ArrayList<>();
    private final Map<String, Long> seqs = new HashMap<>(); // by key
    private final Map<Long, NodeId> leaders = new HashMap<>();
    private final Map<Long, NodeId> writers = new HashMap<>();
    private final Map<String, String> acknowledged = new HashMap<>(); // key to GTID
    private final Set<String> rolledBack = new HashSet<>();
    private int unknown;

    Ledger(Stage stage) {
        this.stage = stage;
    }

    void check(boolean holds, Supplier<String> message) {
        if (!holds) {
            AssertionError broken = new AssertionError(message.get());
            stage.fail(broken);
            throw broken;
        }
    }

    void leader(long term, NodeId leader) {
        NodeId known = leaders.putIfAbsent(term, leader);
        check(
                known == null || known.equals(leader),
                () -> "two leaders in term " + term + ": " + known + " and " + leader);
    }

    /** {@code node} read this in its archive. */
    void committed(NodeId node, long seq, long epoch, ModelTransaction transaction) {
        Entry entry = new Entry(epoch, transaction);
        if (seq <= history.size()) {
            Entry known = history.get((int) seq - 1);
            check(known.equals(entry), () -> "seq " + seq + " is " + known + ", but on " + node + " " + entry);
            return;
        }
        check(
                seq == history.size() + 1,
                () -> node + " has seq " + seq + " after " + history.size() + ": the sequence has a gap");
        history.add(entry);
        for (String key : transaction.keys()) {
            Long before = seqs.putIfAbsent(key, seq);
            check(before == null, () -> key + " is in seq " + before + " and " + seq);
            check(!rolledBack.contains(key), () -> key + " was reported as rolled back, but is seq " + seq);
        }
    }

    void acknowledged(NodeId node, long epoch, String gtid, List<String> keys) {
        NodeId known = writers.putIfAbsent(epoch, node);
        check(
                known == null || known.equals(node),
                () -> "two nodes acknowledged in epoch " + epoch + ": " + known + " and " + node);
        keys.forEach(key -> acknowledged.put(key, gtid));
    }

    void rolledBack(List<String> keys) {
        for (String key : keys) {
            check(!seqs.containsKey(key), () -> key + " is seq " + seqs.get(key) + ", but was reported as rolled back");
            rolledBack.add(key);
        }
    }

    void unknown() {
        unknown++;
    }

    long lastSeq() {
        return history.size();
    }

    /** Everything that was acknowledged is there. */
    void checkAcknowledged() {
        acknowledged.forEach((key, gtid) -> {
            Long seq = seqs.get(key);
            check(seq != null, () -> key + " was acknowledged as " + gtid + ", but is lost");
        });
    }

    private Map<String, String> expected() {
        Map<String, String> expected = new HashMap<>();
        history.forEach(entry -> entry.transaction()
                .keys()
                .forEach(key -> expected.put(key, entry.transaction().gtid())));
        return expected;
    }

    /** Whether an engine holds exactly the history. */
    boolean isHeldBy(ModelDisk disk) {
        return disk.rows().equals(expected());
    }

    /** {@code node} has an engine that does. */
    void checkContent(NodeId node, ModelDisk disk) {
        Map<String, String> expected = expected();
        Map<String, String> found = disk.rows();
        check(found.equals(expected), () -> {
            Set<String> missing = new TreeSet<>(Comparator.comparingLong(ModelTransaction::number));
            expected.forEach((key, gtid) -> {
                if (!found.containsKey(key)) {
                    missing.add(gtid);
                }
            });
            Set<String> extra = new HashSet<>(found.keySet());
            extra.removeAll(expected.keySet());
            return "the engine of " + node + " differs from the history of " + history.size() + " transactions: lacks "
                    + missing + ", has too much " + extra;
        });
    }

    int acknowledgedCount() {
        return acknowledged.size();
    }

    String describe() {
        return history.size() + " transactions, " + acknowledged.size() + " rows acknowledged, " + rolledBack.size()
                + " rolled back, " + unknown + " transactions unknown";
    }
}
