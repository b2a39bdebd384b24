package io.shareddb.cluster.role;

import io.shareddb.replication.archive.Committed;
import io.shareddb.replication.archive.Resolution;
import io.shareddb.replication.archive.TransactionArchive;
import io.shareddb.replication.archive.TransactionCursor;
import io.shareddb.replication.archive.TransactionRecord;
import io.shareddb.replication.engine.EnginePosition;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/** From an engine's position to a sequence number and a lag, remembering the last answer. One thread; reads files. */
final class AppliedSeq {
    /**
     * How far an engine is.
     *
     * @param seq the last transaction that it holds
     * @param lagSeconds how long the next one has been waiting; 0 when there is none
     */
    record Progress(long seq, double lagSeconds) {
        static final Progress NONE = new Progress(0, 0);
    }

    private final TransactionArchive archive;
    private @Nullable String lastPosition;
    private long lastSeq;
    private long waitingSeq; // the transaction whose time stamp is remembered
    private long waitingSinceMillis;

    AppliedSeq(TransactionArchive archive) {
        this.archive = archive;
    }

    /** Where {@code position} is now; keeps the last known number where the history does not have it. */
    Progress of(EnginePosition position, long nowMillis) throws InterruptedException {
        Committed committed = archive.committed();
        if (position.equals(committed.position())) {
            lastPosition = position.text();
            lastSeq = committed.seq();
            return new Progress(lastSeq, 0);
        }
        if (!position.text().equals(lastPosition)) {
            Resolution place = archive.resolve(position);
            if (!place.diverged()) {
                lastPosition = position.text();
                lastSeq = place.nextSeq() - 1;
            }
        }
        return new Progress(lastSeq, lag(committed, nowMillis));
    }

    private double lag(Committed committed, long nowMillis) throws InterruptedException {
        if (lastSeq >= committed.seq()) {
            return 0;
        }
        long next = lastSeq + 1;
        if (next != waitingSeq) {
            try (TransactionCursor cursor = archive.read(next)) {
                TransactionRecord record = cursor.next(Duration.ZERO);
                waitingSinceMillis = record == null ? committed.timestampMillis() : record.timestampMillis();
            } catch (IllegalStateException e) { // dropped by retention
                waitingSinceMillis = committed.timestampMillis();
            }
            waitingSeq = next;
        }
        return Math.max(0, nowMillis - waitingSinceMillis) / 1000.0;
    }
}
