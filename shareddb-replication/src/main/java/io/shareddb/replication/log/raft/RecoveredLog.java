package io.shareddb.replication.log.raft;

import io.microraft.RaftEndpoint;
import io.microraft.model.impl.log.DefaultRaftGroupMembersViewOrBuilder;
import io.microraft.model.impl.log.DefaultSnapshotChunkOrBuilder;
import io.microraft.model.impl.log.DefaultSnapshotEntryOrBuilder;
import io.microraft.model.log.LogEntry;
import io.microraft.model.log.RaftGroupMembersView;
import io.microraft.model.log.SnapshotEntry;
import io.microraft.persistence.RestoredRaftState;
import io.shareddb.replication.log.LogCorruptException;
import io.shareddb.replication.log.NodeId;
import io.shareddb.replication.log.Position;
import io.shareddb.replication.segment.Disk;
import io.shareddb.replication.segment.Location;
import io.shareddb.replication.segment.MarkerStore;
import io.shareddb.replication.segment.MarkerStore.Marker;
import io.shareddb.replication.segment.SegmentLog;
import io.shareddb.replication.segment.TermStore;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Executor;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What a log has on disk when it starts. Log thread or whoever starts it.
 *
 * @param terms its term and vote
 * @param state what {@code terms} holds
 * @param markers where it begins
 * @param segments its entries
 * @param entries those of {@code segments}, without their payloads
 */
record RecoveredLog(
        TermStore terms, TermStore.State state, MarkerStore markers, SegmentLog segments, List<LogEntry> entries) {
    private static final Logger log = LoggerFactory.getLogger(RecoveredLog.class);

    /**
     * Reads what is on {@code disk}.
     *
     * @param existing there was a log before: finding none is a loss, not a beginning
     * @throws LogCorruptException if part of it is missing or damaged
     */
    static RecoveredLog of(Disk disk, LogSettings settings, Executor background, boolean existing) throws IOException {
        TermStore terms = TermStore.open(disk);
        MarkerStore markers = MarkerStore.open(disk);
        TermStore.State state = identity(disk, settings, terms, markers, existing);
        Position base = markers.marker().map(Marker::position).orElse(Position.START);
        boolean replaced = markers.marker().map(Marker::replaced).orElse(false);
        List<LogEntry> entries = new ArrayList<>();
        List<EntryData> data = new ArrayList<>();
        List<Location> locations = new ArrayList<>();
        SegmentLog opened =
                SegmentLog.open(disk, settings.segmentBytes(), background, base, replaced, (entry, location) -> {
                    RaftEntry restored = new RaftEntry().setIndex(entry.index()).setTerm((int) entry.term());
                    if (entry.kind() == EntryKind.MEMBERS) {
                        restored.setOperation(MembersCodec.read(entry.payload()));
                    } else {
                        EntryData onDisk = EntryData.onDisk(entry.kind(), location.length());
                        data.add(onDisk);
                        locations.add(location);
                        restored.setOperation(onDisk);
                    }
                    entries.add(restored.build());
                });
        for (int i = 0; i < data.size(); i++) {
            data.get(i).stored(opened, locations.get(i));
        }
        log.info(
                "{} recovered its log in {}: firstIndex={} lastIndex={} marker={} term={}",
                settings.self(),
                disk.describe(),
                opened.firstIndex(),
                opened.lastIndex(),
                base.index(),
                state.term());
        return new RecoveredLog(terms, state, markers, opened, entries);
    }

    /** What the log says of its node; a log that is there must be this node's, and one that is not there is begun. */
    static TermStore.State identity(
            Disk disk, LogSettings settings, TermStore terms, MarkerStore markers, boolean existing)
            throws IOException {
        Optional<TermStore.State> known = terms.state();
        if (known.isEmpty()) {
            boolean hasLog = existing
                    || markers.marker().filter(marker -> !marker.replaced()).isPresent();
            if (hasLog || disk.list().stream().anyMatch(name -> name.endsWith(".segment"))) {
                throw new LogCorruptException(
                        "the log in " + disk.describe() + " has lost its term and vote: its file 'term' is missing");
            }
            terms.save(new TermStore.State(
                    settings.cluster(),
                    settings.self(),
                    settings.voters().contains(settings.self()),
                    settings.voters(),
                    settings.voters(),
                    0,
                    Optional.empty()));
            return terms.state().orElseThrow();
        }
        TermStore.State state = known.get();
        if (!state.cluster().equals(settings.cluster()) || !state.self().equals(settings.self())) {
            throw new IllegalStateException("the log in " + disk.describe() + " belongs to node " + state.self()
                    + " of cluster '" + state.cluster() + "' (expected: node " + settings.self() + " of cluster '"
                    + settings.cluster() + "')");
        }
        return state;
    }

    /** The same in the library's words. */
    RestoredRaftState restored() {
        RaftModels models = new RaftModels();
        Optional<Marker> marker = markers.marker();
        // Where the log begins for the library; the changes that follow in the log are applied by it, also to what this
        // node is.
        List<NodeId> members = marker.map(Marker::members).orElse(state.members());
        List<NodeId> voters = marker.map(Marker::voters).orElse(state.voters());
        return new RestoredRaftState(
                models.createRaftEndpointPersistentStateBuilder()
                        .setLocalEndpoint(new Endpoint(state.self()))
                        .setVoting(voters.contains(state.self()))
                        .build(),
                members(0, members, voters),
                models.createRaftTermPersistentStateBuilder()
                        .setTerm((int) state.term())
                        .setVotedFor(state.vote().map(Endpoint::new).orElse(null))
                        .build(),
                marker.map(RecoveredLog::snapshot).orElse(null),
                entries);
    }

    private static RaftGroupMembersView members(long index, List<NodeId> members, List<NodeId> voters) {
        return new DefaultRaftGroupMembersViewOrBuilder()
                .setLogIndex(index)
                .setMembers(endpoints(members))
                .setVotingMembers(endpoints(voters))
                .build();
    }

    private static List<RaftEndpoint> endpoints(List<NodeId> ids) {
        return ids.stream().<RaftEndpoint>map(Endpoint::new).toList();
    }

    private static SnapshotEntry snapshot(Marker marker) {
        RaftGroupMembersView view = members(marker.membersIndex(), marker.members(), marker.voters());
        int term = (int) marker.position().term();
        return new DefaultSnapshotEntryOrBuilder()
                .setTerm(term)
                .setIndex(marker.position().index())
                .setGroupMembersView(view)
                .setSnapshotChunks(List.of(new DefaultSnapshotChunkOrBuilder()
                        .setTerm(term)
                        .setIndex(marker.position().index())
                        .setOperation(marker.payload())
                        .setSnapshotChunkIndex(0)
                        .setSnapshotChunkCount(1)
                        .setGroupMembersView(view)
                        .build()))
                .build();
    }
}
