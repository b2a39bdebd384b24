package io.shareddb.replication.segment;

import io.shareddb.replication.log.LogCorruptException;
import io.shareddb.replication.log.NodeId;
import java.io.IOException;
import java.nio.BufferUnderflowException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Optional;

/**
 * What a node must never forget: who it is, the first members of its cluster, its term and its vote in it. One thread.
 *
 * <pre>
 * int&lt;2&gt; version, 1 | int&lt;2&gt; length, cluster name as UTF-8 | own id | int&lt;1&gt; 1 if it votes
 * | first members | first voters | int&lt;8&gt; term | int&lt;1&gt; 1 if it voted in that term, then the id it voted for
 * </pre>
 *
 * in an {@link AtomicFile}.
 */
public final class TermStore {
    /** File name. */
    static final String NAME = "term";

    private static final short VERSION = 1;

    /**
     * The content.
     *
     * @param cluster name of the cluster, at most 200 characters
     * @param self the node's own id
     * @param voting whether it votes
     * @param members the members at formation
     * @param voters those of them that vote
     * @param term the current term, from 0
     * @param vote whom it voted for in that term
     */
    public record State(
            String cluster,
            NodeId self,
            boolean voting,
            List<NodeId> members,
            List<NodeId> voters,
            long term,
            Optional<NodeId> vote) {}

    private final AtomicFile file;
    private Optional<State> state;

    private TermStore(AtomicFile file, Optional<State> state) {
        this.file = file;
        this.state = state;
    }

    /**
     * Reads what is there.
     *
     * @throws LogCorruptException if the file is damaged: the node must come back under another id
     */
    public static TermStore open(Disk disk) throws IOException {
        AtomicFile file = new AtomicFile(disk, NAME);
        try {
            return new TermStore(file, file.read().map(TermStore::decode));
        } catch (BufferUnderflowException e) {
            throw new LogCorruptException(disk.describe() + "/" + NAME + " ends too early", e);
        }
    }

    /** What was saved last, if ever. */
    public Optional<State> state() {
        return state;
    }

    /** Saves; durable when this returns. Does nothing if nothing changed. */
    public void save(State changed) throws IOException {
        if (state.isPresent() && state.get().equals(changed)) {
            return;
        }
        file.write(encode(changed));
        state = Optional.of(changed);
    }

    private static ByteBuffer encode(State state) {
        byte[] cluster = state.cluster().getBytes(StandardCharsets.UTF_8);
        int ids = 2 + state.members().size() + state.voters().size();
        ByteBuffer out = ByteBuffer.allocate(32 + cluster.length + ids * 41);
        out.putShort(VERSION).putShort((short) cluster.length).put(cluster);
        Names.write(out, state.self());
        out.put((byte) (state.voting() ? 1 : 0));
        Names.writeList(out, state.members());
        Names.writeList(out, state.voters());
        out.putLong(state.term()).put((byte) (state.vote().isPresent() ? 1 : 0));
        state.vote().ifPresent(id -> Names.write(out, id));
        return out.flip();
    }

    private static State decode(ByteBuffer in) {
        short version = in.getShort();
        if (version != VERSION) {
            throw new LogCorruptException(
                    "file '" + NAME + "' has version " + version + " (expected: " + VERSION + ")");
        }
        byte[] cluster = new byte[in.getShort() & 0xffff];
        in.get(cluster);
        NodeId self = Names.read(in);
        boolean voting = in.get() == 1;
        List<NodeId> members = Names.readList(in);
        List<NodeId> voters = Names.readList(in);
        long term = in.getLong();
        Optional<NodeId> vote = in.get() == 1 ? Optional.of(Names.read(in)) : Optional.empty();
        return new State(new String(cluster, StandardCharsets.UTF_8), self, voting, members, voters, term, vote);
    }
}
