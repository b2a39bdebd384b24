package io.shareddb.replication.log.raft;

import io.microraft.RaftEndpoint;
import io.microraft.model.log.LogEntry;
import io.microraft.model.log.RaftGroupMembersView;
import io.microraft.model.log.SnapshotChunk;
import io.microraft.model.persistence.RaftEndpointPersistentState;
import io.microraft.model.persistence.RaftTermPersistentState;
import io.microraft.persistence.RaftStore;
import io.shareddb.replication.log.LogStart;
import io.shareddb.replication.log.Members;
import io.shareddb.replication.log.NodeId;
import io.shareddb.replication.log.Position;
import io.shareddb.replication.segment.MarkerStore;
import io.shareddb.replication.segment.MarkerStore.Marker;
import io.shareddb.replication.segment.SegmentLog;
import io.shareddb.replication.segment.TermStore;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;

/**
 * The library's memory on disk. Log's thread only.
 *
 * <p>After an {@link IOException} nothing is known about what is on disk: {@code onFailure} is told, which stops the node before it can
 * acknowledge anything, and every later call fails as well.
 */
final class SegmentRaftStore implements RaftStore {
    private interface Step {
        void run() throws IOException;
    }

    private final TermStore terms;
    private final MarkerStore markers;
    private final SegmentLog segments;
    private final PayloadCache cache;
    private final SyncObserver observer;
    private final Consumer<Throwable> onFailure;
    private long releasedUpTo;
    private long memoryFrom;
    private boolean failed;

    /** Gets a word in around each sync. */
    interface SyncObserver {
        /** The records are about to be written: what was sent must leave now, so that others sync at the same time. */
        void beforeWrite();

        /** The records were handed to the file system. */
        void afterWrite();

        /** They are on disk. */
        void afterSync();
    }

    SegmentRaftStore(
            TermStore terms,
            MarkerStore markers,
            SegmentLog segments,
            PayloadCache cache,
            SyncObserver observer,
            Consumer<Throwable> onFailure) {
        this.terms = terms;
        this.markers = markers;
        this.segments = segments;
        this.cache = cache;
        this.observer = observer;
        this.onFailure = onFailure;
    }

    @Override
    public void persistAndFlushLocalEndpoint(RaftEndpointPersistentState local) throws IOException {
        change(state -> new TermStore.State(
                state.cluster(),
                Endpoint.id(local.getLocalEndpoint()),
                local.isVoting(),
                state.members(),
                state.voters(),
                state.term(),
                state.vote()));
    }

    @Override
    public void persistAndFlushInitialGroupMembers(RaftGroupMembersView members) throws IOException {
        change(state -> new TermStore.State(
                state.cluster(),
                state.self(),
                state.voting(),
                ids(members.getMembers()),
                ids(members.getVotingMembers()),
                state.term(),
                state.vote()));
    }

    @Override
    public void persistAndFlushTerm(RaftTermPersistentState term) throws IOException {
        RaftEndpoint vote = term.getVotedFor();
        change(state -> new TermStore.State(
                state.cluster(),
                state.self(),
                state.voting(),
                state.members(),
                state.voters(),
                term.getTerm(),
                Optional.ofNullable(vote).map(Endpoint::id)));
    }

    /** The newest marker. */
    Optional<LogStart> newestStart() {
        return markers.marker()
                .map(marker -> new LogStart(
                        marker.position(),
                        new Members(marker.membersIndex(), marker.members(), marker.voters()),
                        marker.payload().asReadOnlyBuffer()));
    }

    private void change(java.util.function.UnaryOperator<TermStore.State> change) throws IOException {
        guard(() -> terms.save(change.apply(terms.state().orElseThrow())));
    }

    @Override
    public void persistLogEntries(List<LogEntry> entries) throws IOException {
        guard(() -> {
            for (LogEntry entry : entries) {
                ByteBuffer bytes = RaftEntry.bytes(entry);
                var location = segments.append(entry.getIndex(), entry.getTerm(), RaftEntry.kind(entry), bytes);
                if (entry.getOperation() instanceof EntryData data) {
                    data.stored(segments, location);
                    cache.add(data);
                }
            }
        });
    }

    /** A marker is one chunk; it is durable when this returns. */
    @Override
    public void persistSnapshotChunk(SnapshotChunk chunk) throws IOException {
        guard(() -> {
            segments.sync();
            RaftGroupMembersView members = chunk.getGroupMembersView();
            markers.save(new Marker(
                    new Position(chunk.getTerm(), chunk.getIndex()),
                    false,
                    members.getLogIndex(),
                    ids(members.getMembers()),
                    ids(members.getVotingMembers()),
                    (ByteBuffer) chunk.getOperation()));
        });
    }

    @Override
    public void truncateLogEntriesFrom(long index) throws IOException {
        guard(() -> segments.truncateFrom(index));
    }

    /** The library forgets these; the files keep them until the application releases them. */
    @Override
    public void truncateLogEntriesUntil(long index) throws IOException {
        memoryFrom = index + 1;
        guard(this::deleteReleased);
    }

    @Override
    public void deleteSnapshotChunks(long index, int count) {
        throw new IllegalStateException("snapshots are never installed in chunks");
    }

    @Override
    public void flush() throws IOException {
        guard(() -> {
            observer.beforeWrite();
            segments.write();
            observer.afterWrite();
            segments.sync();
            observer.afterSync();
        });
    }

    /** Files that end at or before {@code index} are no longer needed, as far as the application is concerned. */
    void release(long index) throws IOException {
        releasedUpTo = Math.max(releasedUpTo, index);
        guard(this::deleteReleased);
    }

    /** Never what memory holds handles for, nor what a restart begins at. */
    private void deleteReleased() throws IOException {
        long marker = markers.marker().map(m -> m.position().index()).orElse(0L);
        segments.deleteUpTo(Math.min(releasedUpTo, Math.min(marker, memoryFrom - 1)));
    }

    private void guard(Step step) throws IOException {
        if (failed) {
            throw new IOException("the log's disk failed before");
        }
        try {
            step.run();
        } catch (IOException | RuntimeException e) {
            failed = true;
            onFailure.accept(e);
            throw e;
        }
    }

    private static List<NodeId> ids(Collection<RaftEndpoint> endpoints) {
        return endpoints.stream().map(Endpoint::id).toList();
    }
}
