package io.shareddb.server;

import io.netty.channel.EventLoopGroup;
import io.shareddb.cluster.role.CaptureSession;
import io.shareddb.cluster.role.Captures;
import io.shareddb.replication.archive.Committed;
import io.shareddb.replication.archive.LogArchive;
import io.shareddb.replication.capture.Capture;
import io.shareddb.replication.capture.CaptureConfig;
import io.shareddb.replication.capture.CommitTimings;
import io.shareddb.replication.engine.EngineAccess;
import io.shareddb.replication.engine.EngineException;
import io.shareddb.replication.engine.EngineFamily;
import io.shareddb.replication.engine.EnginePosition;
import io.shareddb.replication.log.NodeId;
import io.shareddb.replication.log.ReplicatedLog;
import java.util.Optional;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** Connects this node's engine to its log when it leads. Thread-safe. */
final class CaptureLink implements Captures {
    private static final long CONNECT_SECONDS = 5;

    private final NodeId own;
    private final EngineFamily family;
    private final EventLoopGroup loops;
    private final ReplicatedLog log;
    private final LogArchive archive;
    private volatile @Nullable CommitTimings timings;

    /** @param loops of which one loop is used at a time, best the log's own */
    CaptureLink(NodeId own, EngineFamily family, EventLoopGroup loops, ReplicatedLog log, LogArchive archive) {
        this.own = own;
        this.family = family;
        this.loops = loops;
        this.log = log;
        this.archive = archive;
    }

    /** Of the newest session; empty before the first. */
    Optional<CommitTimings> timings() {
        return Optional.ofNullable(timings);
    }

    @Override
    public CaptureSession connect(long epoch, EngineAccess engine, Consumer<Throwable> lost) {
        Committed committed = archive.committed();
        EnginePosition base = committed.epoch() == 0 // what it begins with was judged before it could lead
                ? family.administer(engine).state().applied()
                : committed.position();
        AtomicBoolean connected = new AtomicBoolean();
        Capture capture = new Capture(CaptureConfig.of(family, engine), loops, log, archive, cause -> {
            if (connected.get()) {
                lost.accept(cause);
            }
        });
        try {
            capture.connect(base).toCompletableFuture().get(CONNECT_SECONDS, TimeUnit.SECONDS);
        } catch (ExecutionException e) {
            capture.close();
            throw new EngineException("the capture cannot connect: " + e.getCause(), e);
        } catch (TimeoutException e) {
            capture.close();
            throw new EngineException("the capture was not connected within " + CONNECT_SECONDS + " s", e);
        } catch (InterruptedException e) {
            capture.close();
            Thread.currentThread().interrupt();
            throw new EngineException("interrupted while the capture connected", e);
        }
        connected.set(true);
        timings = capture.timings();
        return new CaptureSession() {
            @Override
            public CompletionStage<Void> openEpoch() {
                return capture.open(epoch, own, base).thenAccept(position -> {});
            }

            @Override
            public void close() {
                capture.close();
            }
        };
    }
}
