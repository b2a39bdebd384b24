package io.shareddb.cluster.role;

import io.netty.channel.EventLoopGroup;
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
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** Captures an engine into the replicated log. Thread-safe. */
public final class LogCaptures implements Captures {
    private static final Duration CONNECT_LIMIT = Duration.ofSeconds(5);

    private final NodeId own;
    private final EngineFamily family;
    private final EventLoopGroup group;
    private final ReplicatedLog log;
    private final LogArchive archive;
    private volatile @Nullable Capture latest;

    /**
     * Prepares.
     *
     * @param own the node that leads when it captures
     * @param group runs the captures; stays the caller's
     */
    public LogCaptures(NodeId own, EngineFamily family, EventLoopGroup group, ReplicatedLog log, LogArchive archive) {
        this.own = own;
        this.family = family;
        this.group = group;
        this.log = log;
        this.archive = archive;
    }

    /** Where the time of commits went since this node began to lead the last time; empty before the first time. */
    public Optional<CommitTimings> timings() {
        Capture capture = latest;
        return capture == null ? Optional.empty() : Optional.of(capture.timings());
    }

    @Override
    public CaptureSession connect(long epoch, EngineAccess engine, Consumer<Throwable> lost) {
        Capture capture = new Capture(CaptureConfig.of(family, engine), group, log, archive, lost);
        EnginePosition from = archive.committed().position();
        try {
            capture.connect(from).toCompletableFuture().get(CONNECT_LIMIT.toMillis(), TimeUnit.MILLISECONDS);
        } catch (ExecutionException e) {
            capture.close();
            Throwable cause = e.getCause() == null ? e : e.getCause();
            throw new EngineException("cannot capture from '" + from.text() + "': " + cause.getMessage(), cause);
        } catch (TimeoutException e) {
            capture.close();
            throw new EngineException("cannot capture: not connected after " + CONNECT_LIMIT.toMillis() + "ms", e);
        } catch (InterruptedException e) {
            capture.close();
            Thread.currentThread().interrupt();
            throw new EngineException("cannot capture: interrupted", e);
        }
        latest = capture;
        return new Session(capture, epoch, from);
    }

    /** One leadership's capture. */
    private final class Session implements CaptureSession {
        private final Capture capture;
        private final long epoch;
        private final EnginePosition base;

        Session(Capture capture, long epoch, EnginePosition base) {
            this.capture = capture;
            this.epoch = epoch;
            this.base = base;
        }

        @Override
        public CompletionStage<Void> openEpoch() {
            return capture.open(epoch, own, base).thenAccept(position -> {});
        }

        @Override
        public void close() {
            capture.close();
        }
    }
}
