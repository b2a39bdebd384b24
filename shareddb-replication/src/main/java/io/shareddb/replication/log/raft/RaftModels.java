package io.shareddb.replication.log.raft;

import io.microraft.model.impl.DefaultRaftModelFactory;
import io.microraft.model.log.LogEntry.LogEntryBuilder;

/** The library's own messages, our log entries. */
final class RaftModels extends DefaultRaftModelFactory {
    @Override
    public LogEntryBuilder createLogEntryBuilder() {
        return new RaftEntry();
    }
}
