package io.shareddb.cluster.role;

import io.shareddb.replication.archive.Committed;
import io.shareddb.replication.archive.Resolution;
import io.shareddb.replication.archive.TransactionArchive;
import io.shareddb.replication.archive.TransactionCursor;
import io.shareddb.replication.archive.TransactionRecord;
import io.shareddb.replication.engine.EnginePosition;
import io.shareddb.replication.engine.Gtid;
import io.shareddb.replication.engine.mariadb.MariaDbFamily;
import io.shareddb.replication.log.NodeId;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.NavigableMap;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import org.jspecify.annotations.Nullable;

/** A history as a list of GTIDs; each was captured one second after the one before. */
final class FakeArchive implements TransactionArchive {
    private final MariaDbFamily family = new MariaDbFamily();
    private final List<String> history = new ArrayList<>();
    private final NavigableMap<Long, CompletableFuture<Void>> waiting = new TreeMap<>();
    private long epoch;
    private long firstSeq = 1;
    private String leader = "another";

    void commit(String... gtids) {
        history.addAll(List.of(gtids));
        waiting.headMap((long) history.size(), true).values().forEach(waiter -> waiter.complete(null));
    }

    /** Whether somebody waits for {@code seq}. */
    boolean waits(long seq) {
        return waiting.containsKey(seq);
    }

    void openEpoch(long next) {
        openEpoch(next, "another");
    }

    void openEpoch(long next, String by) {
        epoch = next;
        leader = by;
    }

    /** Retention: what is before {@code seq} is gone. */
    void dropBelow(long seq) {
        firstSeq = seq;
    }

    @Override
    public Committed committed() {
        String position = history.isEmpty() ? "" : history.get(history.size() - 1);
        return new Committed(
                history.size(), epoch, "mariadb", family.position(position), history.size() * 1000L, history.size());
    }

    @Override
    public boolean isCommitted(Gtid gtid) {
        return history.contains(gtid.text());
    }

    @Override
    public CompletionStage<Boolean> whenCommitted(Gtid gtid) {
        return CompletableFuture.completedFuture(isCommitted(gtid));
    }

    @Override
    public CompletionStage<Void> whenSeq(long seq) {
        return history.size() >= seq
                ? CompletableFuture.completedFuture(null)
                : waiting.computeIfAbsent(seq, any -> new CompletableFuture<>());
    }

    @Override
    public Resolution resolve(EnginePosition position) {
        if (position.text().isEmpty()) {
            return new Resolution(1, false, firstSeq > 1);
        }
        int at = history.indexOf(position.text());
        return at < 0 ? new Resolution(1, true, false) : new Resolution(at + 2, false, at + 2 < firstSeq);
    }

    @Override
    public OptionalLong seqOf(Gtid gtid) {
        int at = history.indexOf(gtid.text());
        return at + 1 < firstSeq ? OptionalLong.empty() : OptionalLong.of(at + 1);
    }

    @Override
    public EnginePosition positionAt(long seq) {
        return family.position(seq == 0 ? "" : history.get((int) seq - 1));
    }

    @Override
    public Optional<NodeId> leaderOf(long anyEpoch) {
        return Optional.of(new NodeId(leader));
    }

    @Override
    public ByteBuffer formatOf(long anyEpoch) {
        throw new UnsupportedOperationException();
    }

    @Override
    public TransactionCursor read(long fromSeq) {
        return new TransactionCursor() {
            @Override
            public @Nullable TransactionRecord next(Duration timeout) {
                return fromSeq > history.size() ? null : new Transaction(fromSeq, history.get((int) fromSeq - 1));
            }

            @Override
            public void close() {}
        };
    }

    private record Transaction(long seq, String text) implements TransactionRecord {
        @Override
        public long epoch() {
            return 1;
        }

        @Override
        public Gtid gtid() {
            return new MariaDbFamily().gtid(text);
        }

        @Override
        public long timestampMillis() {
            return seq * 1000;
        }

        @Override
        public long eventBytes() {
            return 0;
        }

        @Override
        public Iterator<ByteBuffer> events() {
            return List.<ByteBuffer>of().iterator();
        }
    }
}
