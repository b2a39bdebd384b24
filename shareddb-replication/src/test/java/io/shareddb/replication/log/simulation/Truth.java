package io.shareddb.replication.log.simulation;

import io.shareddb.replication.log.Members;
import io.shareddb.replication.log.NodeId;
import io.shareddb.replication.log.Position;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Supplier;

/** What has become known of the log, on any node; contradicting it is an error. */
final class Truth {
    private record Committed(long term, String text) {}

    /** At position i - 1: the entry with index i. */
    private final List<Committed> entries = new ArrayList<>();

    /** At position i: a hash of the entries up to index i. */
    private final List<Long> hashes = new ArrayList<>(List.of(17L));

    private final Map<Long, NodeId> leaders = new HashMap<>();
    private final Map<String, Long> indexes = new HashMap<>();
    private final Map<String, Position> acknowledged = new HashMap<>();
    private final Set<String> refused = new HashSet<>();
    private final Map<Long, Members> members = new HashMap<>();
    private long lastAcknowledged;

    void leader(long term, NodeId leader) {
        NodeId known = leaders.putIfAbsent(term, leader);
        check(
                known == null || known.equals(leader),
                () -> "two leaders in term " + term + ": " + known + " and " + leader);
    }

    /** Some node was told that this is the entry at that position. */
    void committed(NodeId node, Position position, String text) {
        Committed entry = new Committed(position.term(), text);
        int at = (int) position.index() - 1;
        check(
                at <= entries.size(),
                () -> node + " delivers entry " + position.index() + ", but nobody delivered the one before");
        if (at < entries.size()) {
            check(
                    entries.get(at).equals(entry),
                    () -> "entry " + position.index() + " was " + entries.get(at) + ", but is " + entry + " on "
                            + node);
            return;
        }
        check(!refused.contains(text), () -> text + " was refused as not appended, but is entry " + position.index());
        check(
                at == 0 || entries.get(at - 1).term() <= position.term(),
                () -> "terms go back at entry " + position.index());
        entries.add(entry);
        hashes.add(hashes.get(at) * 31 + entry.hashCode());
        if (!text.isEmpty()) {
            Long before = indexes.putIfAbsent(text, position.index());
            check(before == null, () -> text + " is entry " + before + " and " + position.index());
        }
    }

    /** Some node knows these to be committed. */
    void members(NodeId node, Members now) {
        Members before = members.putIfAbsent(now.index(), now);
        check(
                now.index() == 0 || before == null || before.equals(now),
                () -> "members of entry " + now.index() + " were " + before + ", but are " + now + " on " + node);
    }

    /** How many changes of members were seen to be committed. */
    int membersCount() {
        return members.size();
    }

    void acknowledged(String text, Position position) {
        check(
                position.index() <= entries.size()
                        && entries.get((int) position.index() - 1).equals(new Committed(position.term(), text)),
                () -> text + " was acknowledged at " + position + " before it was delivered there");
        acknowledged.put(text, position);
        lastAcknowledged = Math.max(lastAcknowledged, position.index());
    }

    void refused(String text) {
        check(!indexes.containsKey(text), () -> text + " is committed, but was refused as not appended");
        refused.add(text);
    }

    long lastAcknowledged() {
        return lastAcknowledged;
    }

    long lastIndex() {
        return entries.size();
    }

    long termOf(long index) {
        return entries.get((int) index - 1).term();
    }

    long hash(long index) {
        return hashes.get((int) index);
    }

    boolean isCommitted(String text) {
        return indexes.containsKey(text);
    }

    int acknowledgedCount() {
        return acknowledged.size();
    }

    static void check(boolean holds, Supplier<String> message) {
        if (!holds) {
            throw new AssertionError(message.get());
        }
    }
}
