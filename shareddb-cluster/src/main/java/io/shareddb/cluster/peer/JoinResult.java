package io.shareddb.cluster.peer;

import io.shareddb.cluster.member.Member;
import io.shareddb.cluster.member.Membership;
import io.shareddb.replication.log.LogStart;
import io.shareddb.replication.log.Members;
import io.shareddb.replication.log.Position;
import java.nio.ByteBuffer;
import java.util.Base64;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The node belongs to the log from now on, without a vote until it has caught up.
 *
 * @param formation what the cluster's log began with
 * @param members where the members are
 * @param start where its log begins; null: at the first entry
 */
public record JoinResult(
        Membership formation,
        List<Member> members,
        @Nullable Start start) {
    /**
     * A {@link LogStart}.
     *
     * @param payload in Base64
     */
    public record Start(long term, long index, Members members, String payload) {
        public static Start of(LogStart start) {
            ByteBuffer payload = start.payload().duplicate();
            byte[] bytes = new byte[payload.remaining()];
            payload.get(bytes);
            return new Start(
                    start.position().term(),
                    start.position().index(),
                    start.members(),
                    Base64.getEncoder().encodeToString(bytes));
        }

        /** Fails with {@link IllegalArgumentException} if it is none. */
        public LogStart read() {
            return new LogStart(
                    new Position(term, index),
                    members,
                    ByteBuffer.wrap(Base64.getDecoder().decode(payload)).asReadOnlyBuffer());
        }
    }
}
