package io.shareddb.replication.capture;

import io.netty.channel.Channel;
import io.netty.channel.EventLoop;
import io.netty.channel.EventLoopGroup;
import io.shareddb.protocol.handshake.ClientLogin;
import io.shareddb.protocol.handshake.ClientLoginConfig;
import io.shareddb.protocol.handshake.ClientSession;
import io.shareddb.protocol.packet.SqlException;
import io.shareddb.protocol.transport.Connecting;
import io.shareddb.replication.archive.EpochOpening;
import io.shareddb.replication.archive.EpochWriter;
import io.shareddb.replication.archive.Fragment;
import io.shareddb.replication.archive.LogArchive;
import io.shareddb.replication.engine.CaptureDialect;
import io.shareddb.replication.engine.EngineException;
import io.shareddb.replication.engine.EnginePosition;
import io.shareddb.replication.log.NodeId;
import io.shareddb.replication.log.Position;
import io.shareddb.replication.log.ReplicatedLog;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Reads the leader's engine as a semi-synchronous replica, puts its transactions into the log, and acknowledges what is committed.
 *
 * <p>One per leadership: {@link #connect}, then {@link #open} the epoch, then let the engine write. A lost connection is made again
 * by itself, from the last transaction that was captured. It ends for good when the log refuses, when the engine's stream
 * breaks a rule, or when the engine refuses us; then the listener hears of it, once, and this node must not lead any more.
 *
 * <p>Thread-safe. All of it runs on one event loop, but that commits are acknowledged from the log's thread.
 */
@SuppressWarnings("FutureReturnValueIgnored") // failed connections and writes close the channel, which is heard of
public final class Capture implements AutoCloseable {
    private static final Logger log = LoggerFactory.getLogger(Capture.class);
    private static final Duration MIN_RETRY = Duration.ofMillis(20);
    private static final Duration MAX_RETRY = Duration.ofSeconds(1);
    private static final Duration CONNECT_TIMEOUT = Duration.ofSeconds(5);

    /** The engine goes down, or has too many connections: worth another try. */
    private static final Set<Integer> PASSING_ERRORS = Set.of(1040, 1053, 1077, 1079, 1129, 1927);

    private final CaptureConfig config;
    private final EventLoop loop;
    private final Consumer<Throwable> onEnded;
    private final EpochWriter<CapturedTransaction> writer;
    private final StageTimings timings = new StageTimings();
    private final CompletableFuture<Void> connected = new CompletableFuture<>();

    // Event loop only.
    private @Nullable EnginePosition captured;
    private long capturedCount;
    private Duration retry = MIN_RETRY;
    private boolean ended;

    // Written on the event loop.
    private volatile @Nullable CaptureStream current;
    private volatile @Nullable StartPlace start;
    private volatile String engineVersion = "";
    private volatile @Nullable ByteBuffer format;

    // Log's thread only.
    private long committedSoFar;

    // Written on the log's thread.
    private volatile long committedCount;

    /**
     * What a new connection may acknowledge before it has brought anything.
     *
     * @param after how many transactions must be committed before
     */
    private record StartPlace(CaptureStream stream, BinlogPlace place, long after) {}

    /**
     * @param group of NIO event loops; one of them is used, best the log's own ({@code NettyLogTransport.loop})
     * @param onEnded hears why the capture ended by itself; on any thread, must not block
     */
    public Capture(
            CaptureConfig config,
            EventLoopGroup group,
            ReplicatedLog replicatedLog,
            LogArchive archive,
            Consumer<Throwable> onEnded) {
        this.config = config;
        this.loop = group.next();
        this.onEnded = onEnded;
        this.writer = new EpochWriter<>(
                replicatedLog, archive, new Committer(), config.maxInFlight(), config.maxQueuedBytes());
    }

    /**
     * Connects. Once.
     *
     * @param from what is in the log already
     * @return completes when the engine waits for our acknowledgements; fails if it cannot be connected to
     */
    public CompletionStage<Void> connect(EnginePosition from) {
        EnginePosition own = config.family().position(from.text());
        loop.execute(() -> {
            captured = own;
            connectNow(own);
        });
        return connected;
    }

    /**
     * Opens the epoch; after {@link #connect}.
     *
     * @param base what the engine holds: the end of the committed history
     * @return where the epoch opened in the log; from then on transactions are committed
     */
    public CompletionStage<Position> open(long term, NodeId leader, EnginePosition base) {
        ByteBuffer newFormat = format;
        if (newFormat == null) {
            return CompletableFuture.failedFuture(new IllegalStateException("the capture is not connected"));
        }
        return writer.open(new EpochOpening(
                term, config.clock().millis(), config.family().name(), leader, engineVersion, base, newFormat));
    }

    /** Where the time of commits goes. */
    public CommitTimings timings() {
        return timings;
    }

    /** Whether the engine is connected now. */
    public boolean isConnected() {
        return current != null;
    }

    /** Everything that was captured is committed. */
    public boolean isIdle() {
        return writer.isIdle();
    }

    private void connectNow(EnginePosition from) {
        if (ended) {
            return;
        }
        Connecting.toFirst(loop, config.addresses(), CONNECT_TIMEOUT, new Connecting.Listener() {
            @Override
            public void connected(Channel channel) {
                login(channel, from);
            }

            @Override
            public void notConnected(Throwable failure) {
                lost(null, failure);
            }
        });
    }

    private void login(Channel channel, EnginePosition from) {
        ClientLoginConfig account =
                ClientLoginConfig.of(config.account().user(), config.account().password());
        ClientLogin.addTo(channel.pipeline(), account).session().whenComplete((session, failure) -> {
            if (failure == null) {
                setUp(channel, session, from);
            } else {
                lost(null, failure);
            }
        });
    }

    private void setUp(Channel channel, ClientSession session, EnginePosition from) {
        if (ended) {
            channel.close();
            return;
        }
        engineVersion = session.greeting().serverVersion();
        CaptureDialect dialect = config.family().capture();
        CaptureStream stream =
                new CaptureStream(new Incoming(), channel, dialect.framer(from), config.clock(), timings);
        current = stream;
        CaptureDialect.Request request = new CaptureDialect.Request(from, CaptureConfig.REPLICA_ID, config.heartbeat());
        channel.pipeline().addLast(new CaptureSetup(dialect, request, stream));
    }

    private void lost(@Nullable CaptureStream stream, Throwable cause) {
        if (ended || (stream != null && stream != current)) {
            return;
        }
        current = null;
        boolean refused = cause instanceof SqlException sql
                && !PASSING_ERRORS.contains(sql.error().number());
        EnginePosition from = captured;
        if (!connected.isDone() || refused || cause instanceof EngineException || from == null) {
            end(cause);
            return;
        }
        log.warn("lost the engine's binlog at {}: {}", from.text(), String.valueOf(cause));
        loop.schedule(() -> connectNow(from), retry.toMillis(), TimeUnit.MILLISECONDS);
        retry = retry.multipliedBy(2).compareTo(MAX_RETRY) < 0 ? retry.multipliedBy(2) : MAX_RETRY;
    }

    private void end(Throwable cause) {
        if (!loop.inEventLoop()) {
            loop.execute(() -> end(cause));
            return;
        }
        if (ended) {
            return;
        }
        ended = true;
        writer.close();
        CaptureStream stream = current;
        if (stream != null) {
            stream.close();
        }
        current = null;
        connected.completeExceptionally(cause);
        onEnded.accept(cause);
    }

    /** Stops; transactions that are on their way may still commit, nothing is acknowledged any more. Does not wait. */
    @Override
    public void close() {
        writer.close();
        loop.execute(() -> {
            ended = true;
            CaptureStream stream = current;
            current = null;
            if (stream != null) {
                stream.close();
            }
            connected.completeExceptionally(new IllegalStateException("the capture was closed"));
        });
    }

    /** What streams bring; event loop. */
    private final class Incoming implements CaptureStream.Owner {
        @Override
        public void onFormat(CaptureStream stream, ByteBuffer newFormat) {
            if (format == null) {
                format = newFormat.asReadOnlyBuffer();
            }
            retry = MIN_RETRY;
            if (connected.complete(null)) {
                log.info("captures {} at {}", engineVersion, config.addresses());
            }
        }

        @Override
        public void onStart(CaptureStream stream, BinlogPlace place) {
            start = new StartPlace(stream, place, capturedCount);
            acknowledgeStart(System.nanoTime());
        }

        @Override
        public boolean onFragment(CaptureStream stream, Fragment fragment, @Nullable CapturedTransaction complete) {
            if (stream != current) {
                return false;
            }
            if (complete != null && captured != null) {
                captured = captured.plus(complete.gtid());
                capturedCount++;
            }
            return writer.add(fragment, complete);
        }

        @Override
        public void onPause() {
            writer.flush();
        }

        @Override
        public void onClosed(CaptureStream stream, Throwable cause) {
            lost(stream, cause);
        }
    }

    /** What the log says; the log's thread. */
    private final class Committer implements EpochWriter.Listener<CapturedTransaction> {
        @Override
        public void onCommitted(List<CapturedTransaction> transactions, long appendedNanos) {
            long now = System.nanoTime();
            committedSoFar += transactions.size();
            committedCount = committedSoFar;
            CaptureStream stream = current;
            for (int i = transactions.size() - 1; i >= 0; i--) {
                CapturedTransaction newest = transactions.get(i);
                if (newest.wanted() && newest.stream() == stream) {
                    newest.stream().acknowledge(newest.end(), now);
                    break;
                }
            }
            acknowledgeStart(now);
            transactions.forEach(transaction -> timings.committed(transaction, appendedNanos, now));
        }

        @Override
        public void onRoom() {
            CaptureStream stream = current;
            if (stream != null) {
                stream.resume();
            }
        }

        @Override
        public void onEnded(Throwable cause) {
            end(cause);
        }
    }

    /**
     * A commit whose acknowledgement got lost with its connection is not sent again to one that says that it has it: what
     * releases it is an acknowledgement of the place where the new stream starts.
     */
    private void acknowledgeStart(long nanos) {
        StartPlace waiting = start;
        if (waiting != null && committedCount >= waiting.after()) {
            start = null;
            waiting.stream().acknowledge(waiting.place(), nanos);
        }
    }
}
