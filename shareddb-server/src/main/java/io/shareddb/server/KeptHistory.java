package io.shareddb.server;

import io.shareddb.cluster.storage.Storage;
import io.shareddb.replication.archive.LogArchive;
import io.shareddb.replication.engine.EngineException;
import io.shareddb.replication.engine.EngineProcess;
import io.shareddb.replication.engine.managed.EngineBinlogs;
import io.shareddb.replication.log.LogSegment;
import io.shareddb.replication.log.ReplicatedLog;
import java.util.List;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A node's log, and its engine's binlog while it leads. Thread-safe; reads and writes files.
 *
 * @param engine empty if the node has none
 */
record KeptHistory(ReplicatedLog log, LogArchive archive, Optional<EngineProcess> engine) implements Storage.History {
    private static final Logger logger = LoggerFactory.getLogger(KeptHistory.class);

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

    /** Others may need the binlogs of an engine that they run. */
    @Override
    public void trimEngine() {
        Optional<EngineProcess> ours = engine.filter(EngineProcess::managed);
        if (ours.isEmpty()) {
            return;
        }
        try {
            EngineBinlogs.trim(ours.get().access());
        } catch (EngineException e) {
            logger.debug("old binlogs stay for now: {}", e.toString());
        }
    }
}
