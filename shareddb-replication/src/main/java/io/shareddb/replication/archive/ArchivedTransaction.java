package io.shareddb.replication.archive;

import io.shareddb.replication.engine.Gtid;
import io.shareddb.replication.log.LogCorruptException;
import io.shareddb.replication.log.LogCursor;
import io.shareddb.replication.log.LogEntry;
import io.shareddb.replication.log.ReplicatedLog;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Iterator;
import java.util.List;
import java.util.NoSuchElementException;
import java.util.Queue;

/** A transaction; one of several fragments is read from the log again, fragment by fragment. Immutable. */
final class ArchivedTransaction implements TransactionRecord {
    private static final Duration READ_TIMEOUT = Duration.ofSeconds(5);

    private final ReplicatedLog log;
    private final LoggedTransaction transaction;

    ArchivedTransaction(ReplicatedLog log, LoggedTransaction transaction) {
        this.log = log;
        this.transaction = transaction;
    }

    @Override
    public long seq() {
        return transaction.seq();
    }

    @Override
    public long epoch() {
        return transaction.epoch();
    }

    @Override
    public Gtid gtid() {
        return transaction.gtid();
    }

    @Override
    public long timestampMillis() {
        return transaction.timestampMillis();
    }

    @Override
    public long eventBytes() {
        return transaction.eventBytes();
    }

    @Override
    public Iterator<ByteBuffer> events() {
        ByteBuffer whole = transaction.whole();
        return whole != null ? List.of(whole.duplicate()).iterator() : new Pieces();
    }

    /** Holds the fragments of one log entry at a time. */
    private final class Pieces implements Iterator<ByteBuffer> {
        private final Queue<ByteBuffer> pieces = new ArrayDeque<>();
        private int nextEntry;

        @Override
        public boolean hasNext() {
            while (pieces.isEmpty() && nextEntry < transaction.entryCount()) {
                load(nextEntry++);
            }
            return !pieces.isEmpty();
        }

        @Override
        public ByteBuffer next() {
            if (!hasNext()) {
                throw new NoSuchElementException();
            }
            return pieces.remove();
        }

        private void load(int number) {
            long index = transaction.entry(number);
            if (!(LogPayload.read(payload(index)) instanceof Batch batch)) {
                throw new LogCorruptException("log entry " + index + " is not a batch");
            }
            List<Fragment> fragments = batch.fragments();
            for (int i = number == 0 ? start(fragments) : 0; i < fragments.size(); i++) {
                Fragment fragment = fragments.get(i);
                pieces.add(fragment.events().duplicate());
                if (fragment.last()) {
                    break;
                }
            }
        }

        /** Where the transaction begins: the last time, should a broken connection have made it begin twice. */
        private int start(List<Fragment> fragments) {
            for (int i = fragments.size() - 1; i >= 0; i--) {
                if (fragments.get(i).first()
                        && fragments.get(i).gtid().equals(transaction.gtid().text())) {
                    return i;
                }
            }
            throw new LogCorruptException("log entry " + transaction.entry(0) + " does not begin transaction "
                    + transaction.gtid().text());
        }

        private ByteBuffer payload(long index) {
            try (LogCursor cursor = log.read(index)) {
                LogEntry entry = cursor.next(READ_TIMEOUT);
                if (entry == null) {
                    throw new IllegalStateException("log entry " + index + " cannot be read");
                }
                return entry.payload();
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                throw new IllegalStateException("interrupted while reading log entry " + index, e);
            }
        }
    }
}
