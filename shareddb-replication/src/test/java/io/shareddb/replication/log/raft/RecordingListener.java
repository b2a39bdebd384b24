package io.shareddb.replication.log.raft;

import io.shareddb.replication.log.LogEntry;
import io.shareddb.replication.log.LogListener;
import io.shareddb.replication.log.NodeId;
import io.shareddb.replication.log.Position;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** Remembers what it was told; thread-safe. */
class RecordingListener implements LogListener {
    private final List<String> entries = new ArrayList<>();
    private final List<String> events = new ArrayList<>();
    private long lastIndex;
    private long leadingTerm;

    @Override
    public synchronized void onCommitted(LogEntry entry) {
        if (entry.position().index() <= lastIndex) {
            return;
        }
        if (entry.position().index() != lastIndex + 1) {
            events.add("gap before " + entry.position());
        }
        lastIndex = entry.position().index();
        String text = StandardCharsets.UTF_8.decode(entry.payload()).toString();
        if (!text.isEmpty()) {
            entries.add(text);
        }
    }

    @Override
    public synchronized ByteBuffer takeMarker() {
        return ByteBuffer.wrap(String.join("\n", entries).getBytes(StandardCharsets.UTF_8));
    }

    @Override
    public synchronized void onMarker(Position position, ByteBuffer marker, long firstIndex) {
        lastIndex = position.index();
        entries.clear();
        String text = StandardCharsets.UTF_8.decode(marker).toString();
        if (!text.isEmpty()) {
            entries.addAll(List.of(text.split("\n", -1)));
        }
        events.add("marker " + position.index() + " first " + firstIndex);
    }

    @Override
    public synchronized void onLeader(long term) {
        leadingTerm = term;
        events.add("leader " + term);
    }

    @Override
    public synchronized void onNotLeader(long term) {
        leadingTerm = 0;
        events.add("not leader " + term);
    }

    @Override
    public synchronized void onLeaderChanged(Optional<NodeId> leader, long term) {
        events.add("leader is " + leader.map(NodeId::value).orElse("nobody") + " in " + term);
    }

    @Override
    public synchronized void onReseedRequired(long firstAvailable) {
        events.add("reseed " + firstAvailable);
    }

    @Override
    public synchronized void onFatal(Throwable cause) {
        events.add("fatal " + cause);
    }

    /** 0 while the node does not lead. */
    synchronized long leadingTerm() {
        return leadingTerm;
    }

    synchronized List<String> entries() {
        return List.copyOf(entries);
    }

    synchronized List<String> events() {
        return List.copyOf(events);
    }
}
