package io.shareddb.server;

import io.shareddb.cluster.storage.Storage;
import io.shareddb.replication.archive.LogArchive;
import io.shareddb.replication.engine.EngineException;
import io.shareddb.replication.engine.EngineProcess;
import io.shareddb.replication.engine.managed.EngineBinlogs;
import io.shareddb.replication.log.LogSegment;
import io.shareddb.replication.log.ReplicatedLog;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicBoolean;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** A node's log, and its engine's binlog while it leads. Thread-safe; reads and writes files. */
final class KeptHistory implements Storage.History, AutoCloseable {
    private static final Logger logger = LoggerFactory.getLogger(KeptHistory.class);

    private static final Duration STUCK = Duration.ofSeconds(3);

    private final ReplicatedLog log;
    private final LogArchive archive;
    private final Optional<EngineProcess> engine;
    private final ExecutorService trimmer;
    private final AtomicBoolean trimming = new AtomicBoolean();
    private volatile long trimmingSinceNanos;

    /**
     * Wraps what there is.
     *
     * @param engine empty if the node has none
     */
    KeptHistory(String node, ReplicatedLog log, LogArchive archive, Optional<EngineProcess> engine) {
        this.log = log;
        this.archive = archive;
        this.engine = engine;
        this.trimmer = Executors.newSingleThreadExecutor(task -> {
            Thread thread = new Thread(task, node + "-binlogs");
            thread.setDaemon(true);
            return thread;
        });
    }

    @Override
    public List<LogSegment> segments() {
        return log.segments();
    }

    @Override
    public long indexBefore(long millis) {
        return archive.indexBefore(millis);
    }

    @Override
    public void release(long seq, long lastIndex) {
        archive.release(seq, lastIndex);
    }

    /**
     * On a thread of its own, for an engine whose disk is full answers only when there is room again. Others may need the binlogs of an engine
     * that they run.
     */
    @Override
    public void trimEngine() {
        Optional<EngineProcess> ours = engine.filter(EngineProcess::managed);
        if (ours.isPresent() && trimming.compareAndSet(false, true)) {
            trimmingSinceNanos = System.nanoTime();
            trimmer.execute(() -> trim(ours.get()));
        }
    }

    private void trim(EngineProcess ours) {
        try {
            EngineBinlogs.trim(ours.access());
        } catch (EngineException e) {
            logger.debug("old binlogs stay for now: {}", e.toString());
        } finally {
            trimming.set(false);
        }
    }

    /** The engine does not even tell which binlogs it has: it writes a very large transaction, or waits for room on its disk. */
    boolean engineIsStuck() {
        long since = trimmingSinceNanos;
        return trimming.get() && System.nanoTime() - since > STUCK.toNanos();
    }

    /** Trims no more. */
    @Override
    public void close() {
        trimmer.shutdownNow();
    }
}
