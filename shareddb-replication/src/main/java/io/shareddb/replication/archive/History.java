package io.shareddb.replication.archive;

import io.shareddb.replication.engine.EngineFamily;
import io.shareddb.replication.engine.EnginePosition;
import io.shareddb.replication.engine.Gtid;
import io.shareddb.replication.log.LogCorruptException;
import io.shareddb.replication.log.LogEntry;
import java.nio.ByteBuffer;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Turns entries of the log into the history: the rules by which every node, from the same entries, comes to the same transactions
 * with the same numbers. Also used to read the history again from a {@link Checkpoint}. One thread.
 *
 * <ul>
 *   <li>An epoch opens when its term, or within a term its opening, is higher than the open one's, and its base is where the
 *       history ends. Whatever was unfinished is dropped.
 *   <li>A batch counts when it names the open epoch and opening and has the next number. Others are of a deposed leader, or came
 *       after one that was lost: dropped.
 *   <li>A first fragment drops an unfinished transaction: the engine sends it again after a broken connection.
 *   <li>A transaction gets its number with its last fragment.
 * </ul>
 */
final class History {
    private final Families families;

    private long nextIndex;
    private long seq;
    private long opening;
    private long nextBatch;
    private long timestampMillis;
    private EnginePosition position;
    private @Nullable EngineFamily family;
    private @Nullable EpochHeader header;
    private @Nullable Gtid last;
    private @Nullable Unfinished unfinished;

    /** Begins at the start of the log. */
    History(Families families) {
        this.families = families;
        this.nextIndex = Checkpoint.START.nextIndex();
        this.nextBatch = Checkpoint.START.nextBatch();
        this.position = NothingYet.POSITION;
    }

    /**
     * Goes on from a checkpoint.
     *
     * @param header of the checkpoint's epoch; null only if that is 0
     */
    History(Families families, Checkpoint checkpoint, @Nullable EpochHeader header) {
        this.families = families;
        this.nextIndex = checkpoint.nextIndex();
        this.seq = checkpoint.seq();
        this.opening = checkpoint.opening();
        this.nextBatch = checkpoint.nextBatch();
        this.timestampMillis = checkpoint.timestampMillis();
        this.header = header;
        if (header == null) {
            this.position = NothingYet.POSITION;
        } else {
            this.family = families.named(header.family());
            this.position = family.position(checkpoint.position());
            this.last = checkpoint.lastGtid().isEmpty() ? null : family.gtid(checkpoint.lastGtid());
        }
    }

    /**
     * Applies the next entry.
     *
     * @param transactions gets each transaction that the entry completes
     */
    void apply(LogEntry entry, Consumer<LoggedTransaction> transactions) {
        long index = entry.position().index();
        if (index != nextIndex) {
            throw new LogCorruptException("log entry " + index + " (expected: " + nextIndex + ")");
        }
        ByteBuffer payload = entry.payload();
        if (payload.hasRemaining()) {
            LogPayload content = LogPayload.read(payload);
            if (content instanceof EpochHeader opened) {
                open(opened);
            } else if (content instanceof Batch batch && isNext(batch)) {
                nextBatch++;
                for (Fragment fragment : batch.fragments()) {
                    apply(fragment, index, transactions);
                }
            }
        }
        nextIndex = index + 1;
    }

    private void open(EpochHeader opened) {
        boolean newer = opened.epoch() > epoch() || (opened.epoch() == epoch() && opened.opening() > opening);
        EngineFamily opener = families.named(opened.family());
        if (!newer || (header != null && !opened.base().equals(position.text()))) {
            return;
        }
        if (header == null) {
            position = opener.position(opened.base());
        }
        header = opened.detached();
        family = opener;
        opening = opened.opening();
        nextBatch = 1;
        unfinished = null;
    }

    private boolean isNext(Batch batch) {
        return header != null
                && batch.epoch() == header.epoch()
                && batch.opening() == opening
                && batch.number() == nextBatch;
    }

    private void apply(Fragment fragment, long index, Consumer<LoggedTransaction> transactions) {
        if (fragment.first()) {
            unfinished = new Unfinished(gtid(fragment.gtid()), fragment.timestampMillis());
        }
        if (unfinished == null) {
            return; // the rest of a transaction whose beginning was dropped
        }
        unfinished.add(index, fragment.events().remaining());
        if (fragment.last()) {
            Unfinished complete = unfinished;
            unfinished = null;
            seq++;
            timestampMillis = complete.timestampMillis();
            last = complete.gtid();
            position = position.plus(complete.gtid());
            transactions.accept(new LoggedTransaction(
                    seq,
                    epoch(),
                    complete.gtid(),
                    timestampMillis,
                    complete.eventBytes(),
                    complete.entries(),
                    fragment.first() ? fragment.events() : null));
        }
    }

    private Gtid gtid(String text) {
        if (family == null) {
            throw new LogCorruptException("transaction " + text + " before any epoch was opened");
        }
        return family.gtid(text);
    }

    /** Goes on with a transaction that a marker left unfinished; its pieces up to there are known to the log alone. */
    void resume(Unfinished rest) {
        unfinished = rest;
    }

    /** The state after the last entry. With an {@link #unfinished} transaction it is no place to begin to read. */
    Checkpoint checkpoint() {
        return new Checkpoint(
                nextIndex,
                seq,
                epoch(),
                opening,
                nextBatch,
                timestampMillis,
                position.text(),
                last == null ? "" : last.text());
    }

    Committed committed() {
        String name = family == null ? "" : family.name();
        return new Committed(seq, epoch(), name, position, timestampMillis, nextIndex - 1);
    }

    @Nullable
    Unfinished unfinished() {
        return unfinished;
    }

    @Nullable
    EpochHeader header() {
        return header;
    }

    @Nullable
    Gtid last() {
        return last;
    }

    EnginePosition position() {
        return position;
    }

    long seq() {
        return seq;
    }

    long nextIndex() {
        return nextIndex;
    }

    /** The open epoch; 0: none. */
    long epoch() {
        return header == null ? 0 : header.epoch();
    }

    long opening() {
        return opening;
    }

    long nextBatch() {
        return nextBatch;
    }
}
