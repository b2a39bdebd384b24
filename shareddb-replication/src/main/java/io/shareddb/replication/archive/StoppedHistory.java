package io.shareddb.replication.archive;

import io.shareddb.replication.engine.EngineFamily;
import io.shareddb.replication.log.LogEntry;
import io.shareddb.replication.log.LogStart;
import java.nio.file.Path;
import java.util.Collection;
import java.util.Optional;
import java.util.function.Consumer;

/**
 * The history of a node that does not run: what its log holds, and how much of that was known to be committed when it ran. One thread.
 */
public final class StoppedHistory implements Consumer<LogEntry> {
    private final History history;
    private long committedIndex;
    private long committedSeq;

    /**
     * Begins at {@code start}; the entries behind it follow.
     *
     * @param directory of its archive
     * @param start the newest marker of its log
     */
    public StoppedHistory(Path directory, Collection<? extends EngineFamily> families, Optional<LogStart> start) {
        Families known = new Families(families);
        this.history = start.map(marker -> Marker.read(marker.payload().duplicate(), known))
                .orElseGet(() -> new History(known));
        this.committedIndex = history.nextIndex() - 1;
        this.committedSeq = history.seq();
        try (CheckpointIndex index = CheckpointIndex.open(directory)) {
            index.last(checkpoint -> true, 0)
                    .filter(checkpoint -> checkpoint.nextIndex() - 1 > committedIndex)
                    .ifPresent(checkpoint -> {
                        committedIndex = checkpoint.nextIndex() - 1;
                        committedSeq = checkpoint.seq();
                    });
        }
    }

    @Override
    public void accept(LogEntry entry) {
        history.apply(entry, transaction -> {});
    }

    /** The last transaction in its log, committed or not. */
    public long seq() {
        return history.seq();
    }

    /** The last transaction that it is known to have taken for committed; it may have known of more. Above {@link #seq} if some are lost. */
    public long committedSeq() {
        return committedSeq;
    }
}
