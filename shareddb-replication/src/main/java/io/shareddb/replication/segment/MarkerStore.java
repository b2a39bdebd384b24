package io.shareddb.replication.segment;

import io.shareddb.replication.log.LogCorruptException;
import io.shareddb.replication.log.NodeId;
import io.shareddb.replication.log.Position;
import java.io.IOException;
import java.nio.BufferUnderflowException;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.Optional;

/**
 * Where a restart begins: a position, who the members were there, and the application's few bytes. One thread.
 *
 * <pre>
 * int&lt;2&gt; version, 1 | int&lt;8&gt; term | int&lt;8&gt; index | int&lt;1&gt; 1 if the database was copied there from another node
 * | int&lt;8&gt; index at which the members were decided | members | voters | int&lt;4&gt; length, the application's bytes
 * </pre>
 *
 * in an {@link AtomicFile}.
 */
public final class MarkerStore {
    /** File name. */
    static final String NAME = "marker";

    private static final short VERSION = 1;

    /**
     * The content.
     *
     * @param position the last entry that the marker covers
     * @param replaced whether the entries up to there were never here: the database was copied from another node
     * @param membersIndex index of the entry that decided the members, 0 for those at formation
     * @param members all members
     * @param voters those of them that vote
     * @param payload the application's bytes; read-only
     */
    public record Marker(
            Position position,
            boolean replaced,
            long membersIndex,
            List<NodeId> members,
            List<NodeId> voters,
            ByteBuffer payload) {}

    private final AtomicFile file;
    private Optional<Marker> marker;

    private MarkerStore(AtomicFile file, Optional<Marker> marker) {
        this.file = file;
        this.marker = marker;
    }

    /**
     * Reads what is there.
     *
     * @throws LogCorruptException if the file is damaged
     */
    public static MarkerStore open(Disk disk) throws IOException {
        AtomicFile file = new AtomicFile(disk, NAME);
        try {
            return new MarkerStore(file, file.read().map(MarkerStore::decode));
        } catch (BufferUnderflowException e) {
            throw new LogCorruptException(disk.describe() + "/" + NAME + " ends too early", e);
        }
    }

    /** The newest marker, if there is one. */
    public Optional<Marker> marker() {
        return marker;
    }

    /** Replaces the marker; durable when this returns. What it covers must be durable already. */
    public void save(Marker changed) throws IOException {
        file.write(encode(changed));
        marker = Optional.of(changed);
    }

    private static ByteBuffer encode(Marker marker) {
        int ids = marker.members().size() + marker.voters().size();
        ByteBuffer out = ByteBuffer.allocate(64 + ids * 41 + marker.payload().remaining());
        out.putShort(VERSION)
                .putLong(marker.position().term())
                .putLong(marker.position().index());
        out.put((byte) (marker.replaced() ? 1 : 0)).putLong(marker.membersIndex());
        Names.writeList(out, marker.members());
        Names.writeList(out, marker.voters());
        out.putInt(marker.payload().remaining()).put(marker.payload().duplicate());
        return out.flip();
    }

    private static Marker decode(ByteBuffer in) {
        short version = in.getShort();
        if (version != VERSION) {
            throw new LogCorruptException(
                    "file '" + NAME + "' has version " + version + " (expected: " + VERSION + ")");
        }
        long term = in.getLong();
        Position position = new Position(term, in.getLong());
        boolean replaced = in.get() == 1;
        long membersIndex = in.getLong();
        List<NodeId> members = Names.readList(in);
        List<NodeId> voters = Names.readList(in);
        int length = in.getInt();
        if (length != in.remaining()) {
            throw new LogCorruptException("file '" + NAME + "' has a wrong length");
        }
        return new Marker(
                position, replaced, membersIndex, members, voters, in.slice().asReadOnlyBuffer());
    }
}
