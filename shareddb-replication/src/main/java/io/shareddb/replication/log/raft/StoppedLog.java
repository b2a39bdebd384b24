package io.shareddb.replication.log.raft;

import io.microraft.MembershipChangeMode;
import io.microraft.RaftEndpoint;
import io.microraft.model.groupop.UpdateRaftGroupMembersOp;
import io.microraft.model.impl.groupop.DefaultUpdateRaftGroupMembersOpOrBuilder;
import io.shareddb.replication.log.LogCorruptException;
import io.shareddb.replication.log.LogEntry;
import io.shareddb.replication.log.LogStart;
import io.shareddb.replication.log.Members;
import io.shareddb.replication.log.NodeId;
import io.shareddb.replication.log.Position;
import io.shareddb.replication.segment.DirectoryDisk;
import io.shareddb.replication.segment.Disk;
import io.shareddb.replication.segment.Location;
import io.shareddb.replication.segment.LogRecord;
import io.shareddb.replication.segment.MarkerStore;
import io.shareddb.replication.segment.SegmentLog;
import io.shareddb.replication.segment.TermStore;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * The files of a log that does not run: to be looked at, and to be given other members when more than half of its voters are lost. Holds
 * the directory as a running log does. One thread.
 *
 * <p>What gives it members is an entry like that of any change of members, behind everything that the log holds. Whoever reads the log later,
 * from whatever point, comes to the same members, and a leader elected by them commits what is before.
 */
public final class StoppedLog implements AutoCloseable {
    /** As {@link LogSettings#of} has it. */
    private static final int SEGMENT_BYTES = 64 << 20;

    private final Disk disk;
    private final TermStore terms;
    private final MarkerStore markers;
    private final TermStore.State state;
    private @Nullable SegmentLog segments;
    private Members members;

    private StoppedLog(Disk disk) throws IOException {
        this.disk = disk;
        this.terms = TermStore.open(disk);
        this.markers = MarkerStore.open(disk);
        this.state = terms.state()
                .orElseThrow(() -> new LogCorruptException(
                        disk.describe() + " holds no log, or one that has lost its term and vote"));
        this.members = start().map(LogStart::members).orElse(new Members(0, state.members(), state.voters()));
    }

    /**
     * Takes the directory.
     *
     * @throws IOException if it cannot be read or a log runs there; {@link LogCorruptException} if there is none that could be used
     */
    public static StoppedLog open(Path directory) throws IOException {
        Disk disk = DirectoryDisk.open(directory);
        try {
            return new StoppedLog(disk);
        } catch (IOException | RuntimeException e) {
            disk.close();
            throw e;
        }
    }

    /** The cluster that it belongs to. */
    public String cluster() {
        return terms.state().orElse(state).cluster();
    }

    /** Whose log it is. */
    public NodeId self() {
        return state.self();
    }

    /** The newest term that it has seen. */
    public long term() {
        return terms.state().orElse(state).term();
    }

    /** The newest marker: what is before it is committed. Empty while the log is short. */
    public Optional<LogStart> start() {
        return markers.marker()
                .map(marker -> new LogStart(
                        marker.position(),
                        new Members(marker.membersIndex(), marker.members(), marker.voters()),
                        marker.payload().asReadOnlyBuffer()));
    }

    /**
     * Reads everything behind the marker, committed or not, and cuts a torn tail as a start would. Once.
     *
     * @param entries gets them in order
     */
    public void read(Consumer<LogEntry> entries) throws IOException {
        Position base = start().map(LogStart::position).orElse(Position.START);
        boolean replaced = markers.marker().map(MarkerStore.Marker::replaced).orElse(false);
        SegmentLog.Visitor visitor = (record, location) -> visit(record, location, entries);
        segments = SegmentLog.open(disk, SEGMENT_BYTES, Runnable::run, base, replaced, visitor);
    }

    private void visit(LogRecord record, Location unused, Consumer<LogEntry> entries) {
        if (record.kind() == EntryKind.MEMBERS) {
            UpdateRaftGroupMembersOp change = MembersCodec.read(record.payload());
            members = new Members(record.index(), ids(change.getMembers()), ids(change.getVotingMembers()));
        }
        EntryData entry = new EntryData(record.kind(), record.payload());
        entry.place(record.index(), record.term());
        entries.accept(entry);
    }

    private static List<NodeId> ids(Collection<RaftEndpoint> endpoints) {
        return endpoints.stream().map(Endpoint::id).toList();
    }

    /** The newest members in what was read, committed or not. */
    public Members members() {
        return members;
    }

    /** The first entry that is kept; after {@link #read}. */
    public long firstIndex() {
        return opened().firstIndex();
    }

    /** The last entry; after {@link #read}. */
    public Position last() {
        return new Position(opened().lastTerm(), opened().lastIndex());
    }

    private SegmentLog opened() {
        SegmentLog open = segments;
        if (open == null) {
            throw new IllegalStateException("the log was not read yet");
        }
        return open;
    }

    /**
     * Appends that {@code voters} are its members from now on, whoever they were before; on disk when this returns, and then without
     * effect. After {@link #read}.
     *
     * @param term above all that any of the voters has seen
     */
    public void decideMembers(long term, List<NodeId> voters) throws IOException {
        SegmentLog log = opened();
        if (log.lastTerm() >= term) {
            return; // decided already
        }
        List<RaftEndpoint> kept =
                voters.stream().<RaftEndpoint>map(Endpoint::new).toList();
        NodeId removed = members.all().stream()
                .filter(member -> !voters.contains(member))
                .findFirst()
                .orElseThrow(() -> new IllegalArgumentException(
                        "voters: " + voters + " (expected: fewer than the members, which are " + members.all() + ")"));
        UpdateRaftGroupMembersOp change = new DefaultUpdateRaftGroupMembersOpOrBuilder()
                .setMode(MembershipChangeMode.REMOVE_MEMBER)
                .setEndpoint(new Endpoint(removed))
                .setMembers(new ArrayList<>(kept))
                .setVotingMembers(new ArrayList<>(kept))
                .build();
        long index = log.lastIndex() + 1;
        log.append(index, term, EntryKind.MEMBERS, MembersCodec.write(change));
        log.sync();
        members = new Members(index, voters, voters);
    }

    /**
     * Makes it a log of another cluster; on disk when this returns. Can be repeated.
     *
     * @param term not below its own; it has not voted in that
     */
    public void moveTo(String cluster, long term) throws IOException {
        TermStore.State now = terms.state().orElse(state);
        if (!now.cluster().equals(cluster)) {
            terms.save(new TermStore.State(
                    cluster,
                    now.self(),
                    now.voting() || members.votes(now.self()),
                    now.members(),
                    now.voters(),
                    Math.max(term, now.term()),
                    Optional.empty()));
        }
    }

    @Override
    public void close() throws IOException {
        SegmentLog open = segments;
        if (open != null) {
            open.close();
        }
        disk.close();
    }
}
