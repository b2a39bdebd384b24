package io.shareddb.replication.log.raft;

import io.microraft.MembershipChangeMode;
import io.microraft.RaftEndpoint;
import io.microraft.model.groupop.UpdateRaftGroupMembersOp;
import io.microraft.model.impl.groupop.DefaultUpdateRaftGroupMembersOpOrBuilder;
import io.shareddb.replication.log.LogCorruptException;
import io.shareddb.replication.log.NodeId;
import java.nio.BufferUnderflowException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;

/**
 * A change of members as bytes.
 *
 * <pre>
 * int&lt;1&gt; mode: 0 add learner, 1 add or promote to voter, 2 remove | id of the node that is added or removed
 * | int&lt;2&gt; count, all members' ids after it | int&lt;2&gt; count, all voters' ids after it; an id is int&lt;1&gt; length, ASCII
 * </pre>
 */
final class MembersCodec {
    private static final MembershipChangeMode[] MODES = {
        MembershipChangeMode.ADD_LEARNER,
        MembershipChangeMode.ADD_OR_PROMOTE_TO_FOLLOWER,
        MembershipChangeMode.REMOVE_MEMBER
    };

    private MembersCodec() {}

    static ByteBuffer write(UpdateRaftGroupMembersOp change) {
        int ids = 1 + change.getMembers().size() + change.getVotingMembers().size();
        ByteBuffer out = ByteBuffer.allocate(5 + ids * 41);
        out.put((byte) List.of(MODES).indexOf(change.getMode()));
        write(out, change.getEndpoint());
        writeAll(out, change.getMembers());
        writeAll(out, change.getVotingMembers());
        return out.flip();
    }

    private static void writeAll(ByteBuffer out, Collection<RaftEndpoint> endpoints) {
        out.putShort((short) endpoints.size());
        endpoints.forEach(endpoint -> write(out, endpoint));
    }

    private static void write(ByteBuffer out, RaftEndpoint endpoint) {
        byte[] ascii = Endpoint.id(endpoint).value().getBytes(StandardCharsets.US_ASCII);
        out.put((byte) ascii.length).put(ascii);
    }

    static UpdateRaftGroupMembersOp read(ByteBuffer payload) {
        try {
            ByteBuffer in = payload.duplicate();
            MembershipChangeMode mode = MODES[in.get()];
            RaftEndpoint changed = readOne(in);
            List<RaftEndpoint> members = readAll(in);
            return new DefaultUpdateRaftGroupMembersOpOrBuilder()
                    .setMode(mode)
                    .setEndpoint(changed)
                    .setMembers(members)
                    .setVotingMembers(readAll(in))
                    .build();
        } catch (BufferUnderflowException | IndexOutOfBoundsException | IllegalArgumentException e) {
            throw new LogCorruptException("not a change of members", e);
        }
    }

    private static List<RaftEndpoint> readAll(ByteBuffer in) {
        int count = in.getShort();
        List<RaftEndpoint> endpoints = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            endpoints.add(readOne(in));
        }
        return endpoints;
    }

    private static RaftEndpoint readOne(ByteBuffer in) {
        byte[] ascii = new byte[in.get()];
        in.get(ascii);
        return new Endpoint(new NodeId(new String(ascii, StandardCharsets.US_ASCII)));
    }
}
