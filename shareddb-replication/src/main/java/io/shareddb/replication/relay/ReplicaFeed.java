package io.shareddb.replication.relay;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFutureListener;
import io.shareddb.protocol.packet.ErrPacket;
import io.shareddb.protocol.wire.PayloadEncoder;
import io.shareddb.protocol.wire.SequenceCounter;
import io.shareddb.replication.archive.Committed;
import io.shareddb.replication.archive.Resolution;
import io.shareddb.replication.archive.TransactionArchive;
import io.shareddb.replication.archive.TransactionCursor;
import io.shareddb.replication.archive.TransactionRecord;
import io.shareddb.replication.engine.EngineException;
import io.shareddb.replication.engine.EnginePosition;
import io.shareddb.replication.engine.RelayDialect;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.Iterator;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Feeds one connection of an engine with the history, on a thread of its own. Never interrupted: an interrupt would close the
 * log's files under other readers.
 */
@SuppressWarnings("FutureReturnValueIgnored") // failed writes close the channel, which is heard of
final class ReplicaFeed implements Runnable {
    private static final Logger log = LoggerFactory.getLogger(ReplicaFeed.class);
    private static final int ERROR_MASTER_FATAL = 1236;
    private static final Duration CHECK = Duration.ofMillis(200);

    private final TransactionArchive archive;
    private final AppliedWait applied;
    private final RelayDialect dialect;
    private final RelayConfig config;
    private final Channel channel;
    private final EnginePosition from;
    private final Duration silence;
    private final CountDownLatch closed = new CountDownLatch(1);
    private volatile long served;
    private final ByteBuf head = Unpooled.buffer(RelayDialect.HEAD_BYTES);
    private EnginePosition sent; // what the engine has when it has applied all that was sent
    private EnginePosition known; // what it has applied
    private long lastWrite = System.nanoTime();
    private long epoch;
    private boolean started;

    /**
     * @param from what the engine has
     * @param heartbeat how long the engine lets us be silent; zero: for ever
     */
    ReplicaFeed(
            TransactionArchive archive,
            AppliedWait applied,
            RelayDialect dialect,
            RelayConfig config,
            Channel channel,
            EnginePosition from,
            Duration heartbeat) {
        this.archive = archive;
        this.applied = applied;
        this.dialect = dialect;
        this.config = config;
        this.channel = channel;
        this.from = from;
        this.sent = from;
        this.known = from;
        this.silence = heartbeat.isZero() ? Duration.ofSeconds(30) : heartbeat.dividedBy(2);
    }

    /** Ends it and its connection. Any thread; does not wait. */
    void close() {
        closed.countDown();
        channel.close();
    }

    /** The last transaction that was handed to the connection; 0: none. */
    long served() {
        return served;
    }

    private boolean isOpen() {
        return closed.getCount() > 0 && channel.isActive();
    }

    @Override
    public void run() {
        try (PacketStream out = new PacketStream(new WriteWindow(channel, config.maxUnsentBytes()), channel.alloc())) {
            Resolution place = place();
            if (place == null) {
                return;
            }
            log.info("feeds the engine: position='{}' from seq={}", from.text(), place.nextSeq());
            try (TransactionCursor cursor = archive.read(place.nextSeq())) {
                feed(cursor, new EventStream(out, dialect), out);
            }
        } catch (IOException | InterruptedException e) {
            log.debug("the engine's connection ended", e);
        } catch (RuntimeException e) {
            if (isOpen()) {
                log.error("cannot feed the engine from position '{}'", from.text(), e);
            }
        } finally {
            channel.close();
        }
    }

    /** Where the engine stands in the history; null if it was refused. */
    private @Nullable Resolution place() throws InterruptedException {
        long deadline = System.nanoTime() + config.maxWait().toNanos();
        while (isOpen()) {
            Committed end = archive.committed();
            Resolution place = archive.resolve(from);
            boolean maybeAhead = place.diverged() && place.nextSeq() > end.seq();
            if (!place.diverged() && !place.dropped()) {
                return place;
            }
            boolean begun = end.epoch() != 0; // before, what the engine holds may become the beginning
            if (!maybeAhead || (begun && System.nanoTime() > deadline)) {
                refuse(place, end);
                return null;
            }
            awaitMore(end.seq());
        }
        return null;
    }

    private void awaitMore(long seq) throws InterruptedException {
        try {
            archive.whenSeq(seq + 1).toCompletableFuture().get(CHECK.toMillis(), TimeUnit.MILLISECONDS);
        } catch (TimeoutException e) {
            log.debug("the engine waits for the history to reach its position '{}'", from.text());
        } catch (ExecutionException e) {
            throw new IllegalStateException("cannot wait for the history", e.getCause());
        }
    }

    private void refuse(Resolution place, Committed end) {
        String reason = place.dropped()
                ? "transactions that this engine lacks were dropped; it must be reseeded"
                : "this engine holds a transaction that the cluster does not have; it must be reseeded";
        String message = "Position '" + from.text() + "' is not in the log, which ends at '"
                + end.position().text() + "': " + reason;
        log.warn("refuses to feed the engine: {}", message);
        SequenceCounter sequence = new SequenceCounter();
        sequence.set(1);
        ByteBuf packet =
                PayloadEncoder.frame(channel.alloc(), new ErrPacket(ERROR_MASTER_FATAL, "HY000", message), sequence);
        channel.writeAndFlush(packet).addListener(ChannelFutureListener.CLOSE);
    }

    private void feed(TransactionCursor cursor, EventStream events, PacketStream out)
            throws IOException, InterruptedException {
        while (isOpen()) {
            TransactionRecord next = cursor.next(Duration.ZERO);
            if (next == null) {
                startWithoutTransaction(events);
                out.flush();
                next = awaitNext(cursor);
            }
            if (next != null) {
                beforeTransaction(next.epoch(), events);
                if (dialect.waitsForEarlier(headOf(next))) {
                    awaitEarlier(events, out);
                }
                events.transaction(next);
                sent = sent.plus(next.gtid());
                served = next.seq();
                lastWrite = System.nanoTime();
            } else if (started) {
                heartbeatWhenDue(events);
            }
        }
    }

    private void heartbeatWhenDue(EventStream events) throws IOException {
        if (System.nanoTime() - lastWrite >= silence.toNanos()) {
            events.heartbeat();
            lastWrite = System.nanoTime();
        }
    }

    private ByteBuf headOf(TransactionRecord transaction) {
        head.clear();
        Iterator<ByteBuffer> events = transaction.events();
        while (head.isWritable() && events.hasNext()) {
            ByteBuffer piece = events.next();
            head.writeBytes(piece.slice(piece.position(), Math.min(piece.remaining(), head.writableBytes())));
        }
        return head;
    }

    private void awaitEarlier(EventStream events, PacketStream out) throws IOException, InterruptedException {
        while (!known.equals(sent)) {
            out.flush();
            if (!isOpen()) {
                throw new IOException("the engine closed the connection");
            }
            if (hasApplied(sent)) {
                known = sent;
            } else {
                heartbeatWhenDue(events);
            }
        }
    }

    private boolean hasApplied(EnginePosition position) throws InterruptedException {
        try {
            return applied.await(position, CHECK);
        } catch (EngineException e) {
            log.debug("cannot ask the engine what it has applied: {}", e.toString());
            boolean unused = closed.await(CHECK.toMillis(), TimeUnit.MILLISECONDS);
            return false;
        }
    }

    private @Nullable TransactionRecord awaitNext(TransactionCursor cursor) throws IOException, InterruptedException {
        Duration timeout = CHECK.compareTo(silence) < 0 ? CHECK : silence;
        long begin = System.nanoTime();
        TransactionRecord next = cursor.next(timeout);
        if (next == null && System.nanoTime() - begin < timeout.toNanos() / 2) {
            throw new IOException("the log was closed"); // else this would turn around and around
        }
        return next;
    }

    /** The engine is told where it is even if there is nothing to send yet. */
    private void startWithoutTransaction(EventStream events) throws IOException {
        long open = archive.committed().epoch();
        if (!started && open != 0) {
            beforeTransaction(open, events);
        }
    }

    private void beforeTransaction(long newEpoch, EventStream events) throws IOException {
        if (newEpoch != epoch || events.position() >= config.maxFileBytes()) {
            epoch = newEpoch;
            events.rotate(archive.formatOf(newEpoch));
        }
        if (!started) {
            started = true;
            events.opening(from);
        }
    }
}
