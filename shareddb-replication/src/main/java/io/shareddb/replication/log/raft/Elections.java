package io.shareddb.replication.log.raft;

import static io.microraft.RaftRole.FOLLOWER;
import static java.util.concurrent.TimeUnit.SECONDS;

import io.microraft.RaftEndpoint;
import io.microraft.impl.RaftNodeImpl;
import io.microraft.impl.state.LeaderState;
import io.microraft.impl.state.RaftState;
import io.shareddb.replication.log.NodeId;
import io.shareddb.replication.log.transport.LogThread;
import java.time.Duration;
import java.util.Random;
import java.util.function.BooleanSupplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What the library leaves undone about elections. Log thread only.
 */
final class Elections {
    private static final Logger log = LoggerFactory.getLogger(Elections.class);
    private static final int MAX_HINT_DELAY_MILLIS = 30;

    /** How long a candidate that got our vote may take to say that it leads; the library tries again by itself after that. */
    private static final int HEARTBEATS_FOR_A_VOTE = 2;

    private final RaftNodeImpl node;
    private final ScaledClock clock;
    private final LogSettings settings;
    private final Random random;
    private final LogThread thread;
    private final BooleanSupplier stopped;
    private final Runnable afterTask;
    private int votedTerm = -1;
    private long votedNanos;

    Elections(
            RaftNodeImpl node,
            ScaledClock clock,
            LogSettings settings,
            Random random,
            LogThread thread,
            BooleanSupplier stopped,
            Runnable afterTask) {
        this.node = node;
        this.clock = clock;
        this.settings = settings;
        this.random = random;
        this.thread = thread;
        this.stopped = stopped;
        this.afterTask = afterTask;
    }

    /** If that was the leader, its silence is not waited for. Others grant a pre-vote only if they lost it too. */
    void onRefused(NodeId peer) {
        RaftState state = node.state();
        if (state.role() != FOLLOWER || !new Endpoint(peer).equals(state.leader())) {
            return;
        }
        log.info("{} takes the leader {} for dead: its host refuses connections", node.getLocalEndpoint(), peer);
        clock.putForward(settings.leaderTimeout());
        int term = state.term();
        Duration delay = Duration.ofMillis(random.nextInt(MAX_HINT_DELAY_MILLIS));
        thread.schedule(() -> startElection(peer, term), delay);
    }

    private void startElection(NodeId lost, int term) {
        RaftState state = node.state();
        if (!stopped.getAsBoolean()
                && state.role() == FOLLOWER
                && state.term() == term
                && new Endpoint(lost).equals(state.leader())
                && node.isLeaderHeartbeatTimeoutElapsed()) {
            node.toFollower(term); // forgets the leader
            node.runPreVote();
            afterTask.run();
        }
    }

    /** It leads, or knows who does. */
    boolean hasLeader() {
        return node.state().leader() != null || node.state().leaderState() != null;
    }

    /** A candidate has asked for this node's vote, and was answered. */
    void voted() {
        RaftState state = node.state();
        RaftEndpoint elect = state.votedEndpoint();
        if (state.term() != votedTerm && elect != null && !elect.equals(node.getLocalEndpoint())) {
            votedTerm = state.term();
            votedNanos = thread.nanoTime();
        }
    }

    /** This node has just voted for another one, and knows of no leader only because that one is still being elected. */
    boolean voteUnderWay() {
        Duration since = Duration.ofNanos(thread.nanoTime() - votedNanos);
        return node.state().term() == votedTerm
                && !hasLeader()
                && since.compareTo(settings.heartbeat().multipliedBy(HEARTBEATS_FOR_A_VOTE)) < 0;
    }

    /** Once in each heartbeat. */
    void tick() {
        RaftState state = node.state();
        if (state.role() == FOLLOWER
                && state.preCandidateState() != null
                && state.leader() != null
                && node.isLeaderHeartbeatTimeoutElapsed()) {
            node.toFollower(state.term()); // forgets leader and pre-vote; the next heartbeat starts another one
        }
        stepDownWithoutVoters();
    }

    private void stepDownWithoutVoters() {
        RaftState state = node.state();
        LeaderState leaderState = state.leaderState();
        if (leaderState == null || state.memberCount() == state.votingMemberCount()) {
            return;
        }
        long[] heard = state.remoteVotingMembers().stream()
                .mapToLong(voter -> leaderState.getFollowerState(voter).responseTimestamp())
                .sorted()
                .toArray();
        int others = state.logReplicationQuorumSize() - (node.state().isVotingMember(node.getLocalEndpoint()) ? 1 : 0);
        if (others <= 0 || others > heard.length) {
            return;
        }
        long silence = clock.millis() - heard[heard.length - others];
        if (silence >= SECONDS.toMillis(node.getConfig().getLeaderHeartbeatTimeoutSecs())) {
            log.info("{} has not heard from a majority of the voters and leads no more", node.getLocalEndpoint());
            node.toFollower(state.term());
        }
    }
}
