package io.shareddb.replication.archive;

import io.shareddb.replication.engine.EngineFamily;
import io.shareddb.replication.engine.EnginePosition;
import io.shareddb.replication.engine.Gtid;
import io.shareddb.replication.log.LogCursor;
import io.shareddb.replication.log.LogEntry;
import io.shareddb.replication.log.Position;
import io.shareddb.replication.log.ReplicatedLog;
import java.time.Duration;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/** Finds places in the history: the nearest checkpoint, then entry by entry from there. Thread-safe; reads files. */
final class Lookup {
    private static final Duration READ_TIMEOUT = Duration.ofSeconds(5);

    private final ReplicatedLog log;
    private final CheckpointIndex index;
    private final Families families;

    Lookup(ReplicatedLog log, CheckpointIndex index, Families families) {
        this.log = log;
        this.index = index;
        this.families = families;
    }

    /** Called for each transaction; false ends the scan. */
    private interface Visitor {
        boolean visit(LoggedTransaction transaction, EnginePosition after);
    }

    /** The last place of which {@code before} is true. */
    History historyBefore(Predicate<Checkpoint> before) {
        return open(index.last(before, log.state().firstIndex())
                .orElseThrow(() -> new IllegalStateException(
                        "transactions before log entry " + log.state().firstIndex() + " were dropped by retention")));
    }

    private History open(Checkpoint checkpoint) {
        return new History(families, checkpoint, index.header(checkpoint));
    }

    Resolution resolve(EnginePosition position, Committed end) {
        if (position.equals(end.position())) {
            return new Resolution(end.seq() + 1, false, false);
        }
        if (end.epoch() == 0) { // no history yet: whatever the engine holds may become its base
            return new Resolution(1, !position.text().isEmpty(), false);
        }
        EngineFamily family = families.named(end.family());
        Optional<Checkpoint> start = index.last(
                checkpoint -> checkpoint.lastGtid().isEmpty() || position.contains(family.gtid(checkpoint.lastGtid())),
                log.state().firstIndex());
        if (start.isEmpty()) {
            return beforeTheFirst(position);
        }
        History history = open(start.get());
        Found found = new Found(history.seq(), history.last(), history.position());
        scan(history, end.seq(), (transaction, after) -> {
            if (!position.contains(transaction.gtid())) {
                return false;
            }
            found.seq = transaction.seq();
            found.gtid = transaction.gtid();
            found.position = after;
            return true;
        });
        if (found.gtid == null) {
            EpochHeader header = history.header();
            String base = end.seq() == 0 || header == null ? end.position().text() : header.base();
            boolean atBase = position.text().equals(base);
            boolean empty = position.text().isEmpty();
            return new Resolution(1, !atBase && !empty, !atBase && empty);
        }
        return new Resolution(found.seq + 1, !position.equals(found.position), false);
    }

    /** Not even the oldest transaction that is still known is in {@code position}. */
    private Resolution beforeTheFirst(EnginePosition position) {
        Checkpoint first = index.first(log.state().firstIndex()).orElse(Checkpoint.START);
        boolean exactly = !first.position().isEmpty() && position.text().equals(first.position());
        return new Resolution(first.seq() + 1, false, !exactly);
    }

    private static final class Found {
        long seq;

        @Nullable
        Gtid gtid;

        /** What an engine holds that holds exactly the history up to here. */
        EnginePosition position;

        Found(long seq, @Nullable Gtid gtid, EnginePosition position) {
            this.seq = seq;
            this.gtid = gtid;
            this.position = position;
        }
    }

    OptionalLong seqOf(Gtid gtid, Committed end) {
        if (end.epoch() == 0 || !end.position().contains(gtid)) {
            return OptionalLong.empty();
        }
        Optional<Checkpoint> start = index.last(
                checkpoint -> checkpoint.epoch() == 0
                        || !families.named(end.family())
                                .position(checkpoint.position())
                                .contains(gtid),
                log.state().firstIndex());
        if (start.isEmpty()) {
            return OptionalLong.empty();
        }
        long[] seq = new long[1];
        scan(open(start.get()), end.seq(), (transaction, after) -> {
            if (transaction.gtid().equals(gtid)) {
                seq[0] = transaction.seq();
            }
            return !after.contains(gtid);
        });
        return seq[0] == 0 ? OptionalLong.empty() : OptionalLong.of(seq[0]);
    }

    EnginePosition positionAt(long seq, Committed end) {
        if (seq < 0 || seq > end.seq()) {
            throw new IllegalArgumentException("seq: " + seq + " (expected: 0 to " + end.seq() + ")");
        }
        if (seq == end.seq()) {
            return end.position();
        }
        History history = historyBefore(checkpoint -> checkpoint.seq() <= seq);
        EnginePosition[] position = {history.position()};
        scan(history, seq, (transaction, after) -> {
            position[0] = after; // the history itself goes on to the end of the entry, which may hold more transactions
            return true;
        });
        return position[0];
    }

    /** The last place at or before {@code seq}, with the term of the entry before it. */
    ArchiveMarker markerAt(long seq) {
        long firstIndex = log.state().firstIndex();
        History history = historyBefore(checkpoint -> checkpoint.seq() <= seq);
        long index = history.nextIndex() - 1;
        if (index == 0) {
            return new ArchiveMarker(Position.START, Marker.write(history));
        }
        if (index < firstIndex) {
            throw new IllegalStateException("transaction " + seq + " was dropped by retention");
        }
        try (LogCursor cursor = log.read(index)) {
            LogEntry entry = cursor.next(READ_TIMEOUT);
            if (entry == null) {
                throw new IllegalStateException("log entry " + index + " cannot be read");
            }
            return new ArchiveMarker(entry.position(), Marker.write(history));
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("interrupted while reading the log", e);
        }
    }

    /** Visits transactions up to {@code endSeq}, which is committed. */
    private void scan(History history, long endSeq, Visitor visitor) {
        if (history.seq() >= endSeq) {
            return;
        }
        boolean[] done = new boolean[1];
        try (LogCursor cursor = log.read(history.nextIndex())) {
            while (!done[0]) {
                LogEntry entry = cursor.next(READ_TIMEOUT);
                if (entry == null) {
                    throw new IllegalStateException("log entry " + history.nextIndex() + " cannot be read");
                }
                history.apply(
                        entry,
                        transaction -> done[0] = done[0]
                                || transaction.seq() > endSeq
                                || !visitor.visit(transaction, history.position())
                                || transaction.seq() == endSeq);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("interrupted while reading the log", e);
        }
    }
}
