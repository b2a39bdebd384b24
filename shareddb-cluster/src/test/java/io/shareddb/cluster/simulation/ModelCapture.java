package io.shareddb.cluster.simulation;

import io.shareddb.cluster.role.CaptureSession;
import io.shareddb.replication.archive.EpochOpening;
import io.shareddb.replication.archive.EpochWriter;
import io.shareddb.replication.archive.Fragment;
import io.shareddb.replication.archive.LogArchive;
import io.shareddb.replication.engine.EngineException;
import io.shareddb.replication.engine.EnginePosition;
import io.shareddb.replication.log.NodeId;
import io.shareddb.replication.log.ReplicatedLog;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CompletionStage;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * A model of a capture, in front of the real {@link EpochWriter}: reads the engine's binlog as its semi-synchronous replica, cuts
 * transactions of several rows into fragments, loses its connection at times and makes it again.
 */
final class ModelCapture implements CaptureSession, EpochWriter.Listener<String> {
    private final ModelEngine engine;
    private final Life life;
    private final Random random;
    private final NodeId own;
    private final long epoch;
    private final EnginePosition base;
    private final Consumer<Throwable> lost;
    private final EpochWriter<String> writer;
    private String captured;
    private long capturedCount;
    private long committedCount;
    private boolean connected;
    private boolean ended;
    private boolean reading;
    private int connection;
    private @Nullable ModelTransaction reads;
    private int sentPieces;

    ModelCapture(
            ModelEngine engine,
            ReplicatedLog log,
            LogArchive archive,
            Life life,
            Random random,
            NodeId own,
            long epoch,
            EnginePosition base,
            Consumer<Throwable> lost) {
        this.engine = engine;
        this.life = life;
        this.random = random;
        this.own = own;
        this.epoch = epoch;
        this.base = base;
        this.lost = lost;
        this.captured = base.text();
        this.writer = new EpochWriter<>(log, archive, this);
    }

    /** Blocks until the engine waits for its acknowledgements. */
    void connect() {
        life.sleep(Life.micros(100 + random.nextInt(5_000)));
        if (!engine.connects()) {
            throw new EngineException("the capture cannot connect");
        }
        attach();
    }

    private void attach() {
        connected = true;
        connection++;
        reads = null;
        engine.attach(this);
        wake();
    }

    /** The engine ended, or the connection broke; it is made again from what was captured last. */
    void disconnected() {
        if (ended || !connected) {
            return;
        }
        connected = false;
        reads = null;
        engine.detach(this);
        life.after(Duration.ofMillis(20 + random.nextInt(100)), this::reconnect);
    }

    private void reconnect() {
        if (ended || connected) {
            return;
        }
        if (engine.works()) {
            attach();
            acknowledgeStart(captured, capturedCount, connection);
        } else {
            life.after(Duration.ofMillis(200), this::reconnect);
        }
    }

    /** A commit whose acknowledgement was lost is not sent again: the place where the stream starts is acknowledged when due. */
    private void acknowledgeStart(String place, long after, int mine) {
        if (ended || mine != connection) {
            return;
        }
        if (committedCount >= after) {
            acknowledge(place, mine);
        } else {
            life.after(Duration.ofMillis(2), () -> acknowledgeStart(place, after, mine));
        }
    }

    /** There is something to read. */
    void wake() {
        if (!reading) {
            reading = true;
            life.after(Life.micros(20 + random.nextInt(300)), this::read);
        }
    }

    private void read() {
        reading = false;
        if (ended || !connected || !engine.works()) { // it wakes us when it goes on
            return;
        }
        ModelTransaction current = reads;
        if (current == null) {
            current = engine.after(ModelTransaction.number(captured));
            if (current == null) {
                writer.flush();
                return;
            }
            if (current.number() != ModelTransaction.number(captured) + 1) {
                end(new EngineException(current.gtid() + " follows " + captured));
                return;
            }
            reads = current;
            sentPieces = 0;
        }
        send(current);
        reading = true;
        boolean waits = reads != null && random.nextInt(3) == 0;
        life.after(Life.micros(waits ? random.nextInt(80_000) : random.nextInt(300)), this::read);
    }

    private void send(ModelTransaction current) {
        List<ByteBuffer> events = current.events();
        int pieces = Math.min(events.size(), sentPieces + 1 + random.nextInt(3));
        ByteBuffer bytes = ByteBuffer.allocate(events.subList(sentPieces, pieces).stream()
                .mapToInt(ByteBuffer::remaining)
                .sum());
        events.subList(sentPieces, pieces).forEach(event -> bytes.put(event.duplicate()));
        boolean first = sentPieces == 0;
        boolean last = pieces == events.size();
        sentPieces = pieces;
        if (last) {
            captured = current.gtid();
            capturedCount++;
            reads = null;
        }
        writer.add(
                new Fragment(first, last, first ? current.gtid() : "", first ? 1_000 : 0, bytes.flip()),
                last ? current.gtid() : null);
        if (random.nextInt(3) > 0) {
            writer.flush();
        }
    }

    private void acknowledge(String gtid, int mine) {
        life.after(Life.micros(20 + random.nextInt(random.nextInt(20) == 0 ? 20_000 : 200)), () -> {
            if (!ended && connected && mine == connection) {
                engine.acknowledge(this, gtid);
            }
        });
    }

    @Override
    public CompletionStage<Void> openEpoch() {
        return writer.open(new EpochOpening(
                        epoch, 1_000, engine.family().name(), own, "11.4.5", base, ByteBuffer.allocate(1)))
                .thenAccept(position -> {});
    }

    @Override
    public void onCommitted(List<String> gtids, long appendedNanos) {
        committedCount += gtids.size();
        acknowledge(gtids.get(gtids.size() - 1), connection);
    }

    @Override
    public void onRoom() {
        wake();
    }

    @Override
    public void onEnded(Throwable cause) {
        end(cause);
    }

    private void end(Throwable cause) {
        if (!ended) {
            close();
            lost.accept(cause);
        }
    }

    @Override
    public void close() {
        ended = true;
        writer.close();
        engine.detach(this);
    }
}
