package io.shareddb.replication.log.raft;

import io.netty.buffer.ByteBuf;
import io.shareddb.replication.log.LogCorruptException;
import io.shareddb.replication.log.NodeId;
import io.shareddb.replication.log.transport.LogTransport;
import io.shareddb.replication.segment.LogRecord;
import io.shareddb.replication.segment.SegmentLog;
import io.shareddb.replication.segment.SegmentReader;
import java.io.IOException;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import java.util.function.Consumer;

/** Reads committed entries from our files for others: reading on a background thread, the rest on the log's. */
final class FetchServer {
    private final SegmentLog segments;
    private final StateBoard board;
    private final LogTransport transport;
    private final MessageCodec codec;
    private final Executor background;
    private final Consumer<LogCorruptException> onDamage;
    private final Consumer<Throwable> onFailure;

    /** Whose answer is being read: one at a time for each. */
    private final Set<NodeId> busy = new HashSet<>();

    FetchServer(
            SegmentLog segments,
            StateBoard board,
            LogTransport transport,
            MessageCodec codec,
            Executor background,
            Consumer<LogCorruptException> onDamage,
            Consumer<Throwable> onFailure) {
        this.segments = segments;
        this.board = board;
        this.transport = transport;
        this.codec = codec;
        this.background = background;
        this.onDamage = onDamage;
        this.onFailure = onFailure;
    }

    void serve(NodeId from, Inbound.Fetch fetch) {
        if (!busy.add(from)) {
            return;
        }
        try {
            background.execute(() -> read(from, fetch));
        } catch (RejectedExecutionException e) {
            busy.remove(from); // closing
        }
    }

    private void read(NodeId from, Inbound.Fetch fetch) {
        List<LogRecord> entries = new ArrayList<>();
        try {
            long last = Math.min(fetch.toIndex(), Math.min(board.commitIndex(), segments.writtenIndex()));
            SegmentReader reader = segments.reader(fetch.fromIndex());
            for (long bytes = 0; reader.nextIndex() <= last && bytes < MessageCodec.BATCH_BYTES; ) {
                LogRecord entry = reader.next();
                if (entry == null) {
                    break;
                }
                entries.add(entry);
                bytes += entry.payload().remaining();
            }
        } catch (IllegalStateException e) {
            entries.clear(); // deleted by retention
        } catch (LogCorruptException e) {
            onDamage.accept(e); // what was read before it is good; others may have the rest
        } catch (IOException | RuntimeException e) {
            transport.thread().execute(() -> onFailure.accept(e));
            return;
        }
        transport.thread().execute(() -> answer(from, fetch, entries));
    }

    private void answer(NodeId to, Inbound.Fetch fetch, List<LogRecord> entries) {
        busy.remove(to);
        ByteBuf frame = transport.frame(64);
        codec.writeFetched(frame, fetch.request(), segments.firstIndex(), fetch.fromIndex(), entries);
        transport.send(to, frame);
        transport.flush();
    }
}
