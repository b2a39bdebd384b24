package io.shareddb.cluster.storage;

import static org.assertj.core.api.Assertions.assertThat;

import io.shareddb.cluster.member.Member;
import io.shareddb.cluster.member.NodeKind;
import io.shareddb.cluster.peer.NodeStatus;
import io.shareddb.cluster.peer.PeerStatus;
import io.shareddb.cluster.role.NodeState;
import io.shareddb.replication.log.LogSegment;
import io.shareddb.replication.log.NodeId;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class StorageTest {
    private static final long GIGABYTE = 1_000_000_000;
    private static final int HOUR = 3_600_000;

    /** Files of 100 entries and 1 GB each; entry n holds transaction n, made at n minutes. */
    private static final class FakeHistory implements Storage.History {
        final List<LogSegment> segments = new ArrayList<>();
        long released;
        int trims;

        FakeHistory(int files) {
            for (int i = 0; i < files; i++) {
                segments.add(new LogSegment(i * 100L + 1, GIGABYTE));
            }
        }

        @Override
        public List<LogSegment> segments() {
            return List.copyOf(segments);
        }

        @Override
        public long indexBefore(long millis) {
            return millis <= 0 ? 0 : millis / 60_000;
        }

        @Override
        public void release(long seq, long lastIndex) {
            released = Math.min(seq, lastIndex);
            while (segments.size() > 1 && segments.get(1).firstIndex() - 1 <= released) {
                segments.remove(0);
            }
        }

        @Override
        public void trimEngine() {
            trims++;
        }
    }

    private final FakeHistory history = new FakeHistory(10);
    private final List<PeerStatus> peers = new ArrayList<>();
    private long free = 100 * GIGABYTE;
    private Optional<String> failure = Optional.empty();
    private long nowMillis = 1_000 * 60_000;
    private NodeStatus own = status(NodeState.FOLLOWING, 1_000, 1_000);

    private Storage storage(long logGigabytes, Duration age) {
        return new Storage(
                "db1",
                () -> new NodeDisk.State(free, 200 * GIGABYTE, failure),
                new StorageLimits(logGigabytes * GIGABYTE, age, 2 * GIGABYTE, GIGABYTE),
                history,
                () -> own,
                () -> peers,
                () -> Instant.ofEpochMilli(nowMillis));
    }

    private static NodeStatus status(NodeState state, long committed, long applied) {
        boolean leads = state == NodeState.LEADING;
        return new NodeStatus(state, "", 1, null, leads, true, committed, applied, 0, 1, null, null, null);
    }

    private static PeerStatus peer(String name, boolean reachable, NodeStatus status) {
        return peer(name, NodeKind.FULL, reachable, status);
    }

    private static PeerStatus peer(String name, NodeKind kind, boolean reachable, NodeStatus status) {
        Member member = new Member(new NodeId(name), name, "127.0.0.1", 1, 2, 3, 4, kind);
        return new PeerStatus(member, reachable, status, Duration.ZERO, "");
    }

    private static NodeStatus withDisk(NodeStatus status, DiskLevel level) {
        return status.with(new DiskStatus(level, 1, 2, 3));
    }

    @Test
    void theOldestFilesGoWhenTheLogIsTooLarge() {
        storage(4, Duration.ofDays(9)).look();
        assertThat(history.segments).extracting(LogSegment::firstIndex).containsExactly(601L, 701L, 801L, 901L);
    }

    @Test
    void filesGoWhenTheyAreTooOld() {
        Storage storage = storage(50, Duration.ofMillis(10L * HOUR)); // 600 entries
        storage.look();
        assertThat(history.segments.get(0).firstIndex()).isEqualTo(401);
    }

    @Test
    void theNewestFilesStayHoweverOldTheyAre() {
        nowMillis = 100_000L * 60_000;
        storage(50, Duration.ofMinutes(1)).look();
        assertThat(history.segments).hasSize(2);
    }

    @Test
    void whatTheEngineLacksStays() {
        own = status(NodeState.FOLLOWING, 1_000, 250);
        storage(1, Duration.ofMinutes(1)).look();
        assertThat(history.segments.get(0).firstIndex()).isEqualTo(201);
    }

    @Test
    void whatAnotherLogLacksStays() {
        peers.add(peer("db2", true, status(NodeState.FOLLOWING, 320, 100)));
        storage(1, Duration.ofMinutes(1)).look();
        assertThat(history.segments.get(0).firstIndex()).isEqualTo(301);
    }

    @Test
    void whatIsAwayOrHasNoLogHoldsNothing() {
        peers.add(peer("db2", false, status(NodeState.FOLLOWING, 320, 100)));
        peers.add(peer("db3", true, status(NodeState.FAILED, 0, 0)));
        storage(4, Duration.ofDays(9)).look();
        assertThat(history.segments).hasSize(4);
    }

    @Test
    void nothingGoesBeforeTheNodeKnowsWhatIsNeeded() {
        own = status(NodeState.STARTING, 0, 0);
        storage(1, Duration.ofMinutes(1)).look();
        assertThat(history.segments).hasSize(10);
    }

    @Test
    void nothingIsKeptForItsOwnSakeWhenRoomIsShort() {
        free = 2 * GIGABYTE - 1;
        storage(50, Duration.ofDays(9)).look();
        assertThat(history.segments).hasSize(2);
    }

    @Test
    void aLeadersEngineIsTrimmed() {
        storage(50, Duration.ofDays(9)).look();
        assertThat(history.trims).isZero();
        own = status(NodeState.LEADING, 1_000, 1_000);
        storage(50, Duration.ofDays(9)).look();
        assertThat(history.trims).isEqualTo(1);
    }

    @Test
    void writesAreRefusedBeforeTheDiskIsFullAndGoOnByThemselves() {
        Storage storage = storage(50, Duration.ofDays(9));
        storage.look();
        assertThat(storage.status().level()).isEqualTo(DiskLevel.OK);
        assertThat(storage.refusal()).isEmpty();

        free = 2 * GIGABYTE - 1;
        storage.look();
        assertThat(storage.status().level()).isEqualTo(DiskLevel.WARN);
        assertThat(storage.refusal()).isEmpty();

        free = GIGABYTE - 1;
        storage.look();
        assertThat(storage.status().level()).isEqualTo(DiskLevel.REFUSE);
        assertThat(storage.refusal()).contains("the disk of db1 is nearly full");

        free = GIGABYTE + 1; // not enough to be sure
        storage.look();
        assertThat(storage.refusal()).isPresent();

        free = GIGABYTE * 3 / 2;
        storage.look();
        assertThat(storage.status().level()).isEqualTo(DiskLevel.WARN);
        assertThat(storage.refusal()).isEmpty();

        free = 3 * GIGABYTE;
        storage.look();
        assertThat(storage.status())
                .isEqualTo(new DiskStatus(DiskLevel.OK, 3 * GIGABYTE, 200 * GIGABYTE, 2 * GIGABYTE));
    }

    @Test
    void aDiskThatFailsTakesNoWritesWhateverRoomItHas() {
        NodeStatus good = withDisk(status(NodeState.FOLLOWING, 9, 9), DiskLevel.OK);
        own = status(NodeState.LEADING, 9, 9);
        peers.add(peer("db2", true, good));
        peers.add(peer("db3", true, good));
        Storage storage = storage(4, Duration.ofDays(9));
        failure = Optional.of("Input/output error");
        storage.look();
        assertThat(storage.status().level()).isEqualTo(DiskLevel.FAILED);
        assertThat(storage.refusal()).contains("the disk of db1 cannot be written");
        assertThat(storage.trouble()).contains("its disk cannot be written: Input/output error");
        assertThat(storage.yields()).isTrue();
        assertThat(history.segments).hasSize(10); // nothing is cleaned up there

        failure = Optional.empty();
        storage.look();
        assertThat(storage.status().level()).isEqualTo(DiskLevel.OK);
        assertThat(storage.refusal()).isEmpty();
        assertThat(storage.yields()).isFalse();
    }

    @Test
    void nobodyIsLeftToADiskThatFails() {
        NodeStatus failed = withDisk(status(NodeState.FOLLOWING, 9, 9), DiskLevel.FAILED);
        own = status(NodeState.LEADING, 9, 9);
        peers.add(peer("db2", true, failed));
        peers.add(peer("db3", true, failed));
        free = GIGABYTE / 2;
        Storage storage = storage(4, Duration.ofDays(9));
        storage.look();
        assertThat(storage.yields()).isFalse();
    }

    @Test
    void oneFullDiskOfThreeStopsNobodyAsLongAsTheOthersAreThere() {
        NodeStatus full = withDisk(status(NodeState.FOLLOWING, 9, 9), DiskLevel.REFUSE);
        NodeStatus good = withDisk(status(NodeState.FOLLOWING, 9, 9), DiskLevel.WARN);
        peers.add(peer("db2", true, full));
        peers.add(peer("db3", true, good));
        Storage storage = storage(50, Duration.ofDays(9));
        storage.look();
        assertThat(storage.refusal()).isEmpty();

        peers.set(1, peer("db3", false, good));
        storage.look();
        assertThat(storage.refusal())
                .hasValueSatisfying(reason -> assertThat(reason).contains("disks are nearly full or fail on db2"));

        peers.set(1, peer("db3", true, full));
        storage.look();
        assertThat(storage.refusal())
                .hasValueSatisfying(reason -> assertThat(reason).contains("db2, db3"));
    }

    @Test
    void replicasAreNotCounted() {
        NodeStatus full = withDisk(status(NodeState.FOLLOWING, 9, 9), DiskLevel.REFUSE);
        NodeStatus good = withDisk(status(NodeState.FOLLOWING, 9, 9), DiskLevel.OK);
        for (String name : List.of("replica1", "replica2")) {
            peers.add(peer(name, NodeKind.REPLICA, true, full));
        }
        peers.add(peer("db2", true, good));
        peers.add(peer("db3", true, good));
        own = status(NodeState.LEADING, 9, 9);
        Storage storage = storage(50, Duration.ofDays(9));
        storage.look();
        assertThat(storage.refusal()).isEmpty();

        free = GIGABYTE / 2;
        storage.look();
        assertThat(storage.yields()).isTrue();

        peers.set(2, peer("db2", true, full));
        storage.look();
        assertThat(storage.yields()).isFalse();
    }

    @Test
    void aNodeWithoutRoomLeavesLeadershipToThoseThatHaveSome() {
        NodeStatus good = withDisk(status(NodeState.FOLLOWING, 9, 9), DiskLevel.OK);
        NodeStatus full = withDisk(status(NodeState.FOLLOWING, 9, 9), DiskLevel.REFUSE);
        own = status(NodeState.LEADING, 9, 9);
        peers.add(peer("db2", true, good));
        peers.add(peer("db3", true, good));
        Storage storage = storage(50, Duration.ofDays(9));
        storage.look();
        assertThat(storage.yields()).isFalse();
        assertThat(storage.trouble()).isEmpty();

        free = GIGABYTE / 2;
        storage.look();
        assertThat(storage.yields()).isTrue();
        assertThat(storage.trouble())
                .contains("its disk is nearly full: 500 MB of 200000 MB free (DISK_REFUSE=1000 MB)");

        free = 100 * GIGABYTE;
        storage.look();
        assertThat(storage.yields()).isFalse();
        assertThat(storage.wasFull()).as("a moment ago").isTrue();
        nowMillis += Duration.ofSeconds(71).toMillis();
        assertThat(storage.wasFull()).isFalse();
        free = GIGABYTE / 2;
        storage.look();

        peers.set(1, peer("db3", true, full)); // the other two are no majority without it
        storage.look();
        assertThat(storage.yields()).isFalse();

        peers.set(1, peer("db3", false, good));
        storage.look();
        assertThat(storage.yields()).isFalse();
    }
}
