package io.shareddb.cluster.repair;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.shareddb.cluster.member.Member;
import io.shareddb.cluster.peer.NodeStatus;
import io.shareddb.cluster.peer.PeerStatus;
import io.shareddb.cluster.role.NodeState;
import io.shareddb.replication.engine.EngineException;
import io.shareddb.replication.engine.EnginePosition;
import io.shareddb.replication.engine.mariadb.MariaDbFamily;
import io.shareddb.replication.log.NodeId;
import io.shareddb.replication.snapshot.SnapshotFormatException;
import io.shareddb.replication.snapshot.SnapshotLoader;
import io.shareddb.replication.snapshot.SnapshotProgress;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

class ReseedTest {
    private static PeerStatus peer(String id, NodeState state, double lag, boolean reachable) {
        Member member = new Member(new NodeId(id), id, "127.0.0.1", 3307, 7071, 8008, 7072);
        NodeStatus status = new NodeStatus(state, "", 1, null, false, true, 9, 9, lag, 1, null, null, null);
        return new PeerStatus(member, reachable, status, Duration.ZERO, "");
    }

    @Test
    void followersWithTheLeastLagGiveCopiesBeforeTheLeader() {
        List<PeerStatus> peers = List.of(
                peer("leader", NodeState.LEADING, 0, true),
                peer("late", NodeState.FOLLOWING, 9, true),
                peer("close", NodeState.FOLLOWING, 0.1, true),
                peer("gone", NodeState.FOLLOWING, 0, false),
                peer("rebuilt", NodeState.RESEEDING, 0, true));
        assertThat(DonorChoice.candidates(peers).stream().map(Member::name)).containsExactly("close", "late", "leader");
    }

    @Test
    void anotherDonorIsAskedWhenACopyBreaksOff() throws Exception {
        List<PeerStatus> peers = List.of(
                peer("refuses", NodeState.FOLLOWING, 0, true),
                peer("dies", NodeState.FOLLOWING, 1, true),
                peer("leader", NodeState.LEADING, 0, true));
        Reseed reseed = new Reseed(() -> peers, donor -> {
            if (donor.name().equals("refuses")) {
                throw new IOException("has none to give");
            }
            return new ByteArrayInputStream(donor.name().getBytes(StandardCharsets.UTF_8));
        });
        List<String> loaded = new ArrayList<>();
        SnapshotLoader loader = (in, progress) -> {
            String from = new String(in.readAllBytes(), StandardCharsets.UTF_8);
            progress.accept(new SnapshotProgress("shop.t", 40, 4, 400));
            loaded.add(from + " " + reseed.percent().orElseThrow());
            if (from.equals("dies")) {
                throw new SnapshotFormatException("snapshot is cut off");
            }
            return new MariaDbFamily().position("0-1-9");
        };
        AtomicInteger wiped = new AtomicInteger();
        EnginePosition position = reseed.load(
                () -> {
                    wiped.incrementAndGet();
                    return new LoadingEngine(loader);
                },
                line -> {});
        assertThat(position.text()).isEqualTo("0-1-9");
        assertThat(loaded).containsExactly("dies 40.0", "leader 40.0");
        assertThat(wiped).hasValue(2);
        assertThat(reseed.percent()).isEmpty();
    }

    @Test
    void anEngineThatCannotBeLoadedIsNotLoadedFromEveryDonor() {
        Reseed reseed = new Reseed(
                () -> List.of(
                        peer("first", NodeState.FOLLOWING, 0, true), peer("second", NodeState.FOLLOWING, 1, true)),
                donor -> new ByteArrayInputStream(new byte[0]));
        AtomicInteger loads = new AtomicInteger();
        SnapshotLoader loader = (in, progress) -> {
            loads.incrementAndGet();
            throw new EngineException("the disk is full");
        };
        assertThatThrownBy(() -> reseed.load(() -> new LoadingEngine(loader), line -> {}))
                .isInstanceOf(ReseedException.class)
                .hasMessageContaining("first")
                .hasMessageContaining("the disk is full");
        assertThat(loads).hasValue(1);
    }
}
