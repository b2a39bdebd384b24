package io.shareddb.replication.log.raft;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.shareddb.replication.log.AppendException;
import io.shareddb.replication.log.LogCursor;
import io.shareddb.replication.log.LogEntry;
import io.shareddb.replication.log.NodeId;
import io.shareddb.replication.log.Position;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(60)
class TcpClusterTest {
    @TempDir
    Path directory;

    private static ByteBuffer bytes(String text) {
        return ByteBuffer.wrap(text.getBytes(StandardCharsets.UTF_8));
    }

    private static Position append(TcpCluster.Node leader, String text) {
        return leader.log()
                .append(leader.listener().leadingTerm(), bytes(text))
                .toCompletableFuture()
                .orTimeout(10, TimeUnit.SECONDS)
                .join();
    }

    private static void awaitEntries(TcpCluster cluster, List<String> expected) {
        for (TcpCluster.Node node : cluster.nodes()) {
            TcpCluster.await(
                    "entries on " + node.id() + ", which has "
                            + node.listener().entries().size(),
                    () -> node.listener().entries().equals(expected));
        }
    }

    @Test
    void whatTheLeaderAppendsIsDeliveredOnAllNodesInOrder() throws Exception {
        try (TcpCluster cluster = new TcpCluster(directory, 3, settings -> settings)) {
            TcpCluster.Node leader = cluster.leader();
            List<String> expected = new ArrayList<>();
            List<CompletableFuture<Position>> appends = new ArrayList<>();
            for (int i = 0; i < 500; i++) {
                expected.add("entry " + i);
                appends.add(leader.log()
                        .append(leader.listener().leadingTerm(), bytes("entry " + i))
                        .toCompletableFuture());
            }
            CompletableFuture.allOf(appends.toArray(CompletableFuture[]::new)).get(20, TimeUnit.SECONDS);
            assertThat(leader.log().state().appliedIndex())
                    .isGreaterThanOrEqualTo(appends.get(499).join().index());
            awaitEntries(cluster, expected);
            assertThat(leader.log().timings().quorum().getTotalCount()).isEqualTo(500);
        }
    }

    @Test
    void aDeadLeaderIsReplacedAndComesBack() throws Exception {
        try (TcpCluster cluster = new TcpCluster(directory, 3, settings -> settings)) {
            TcpCluster.Node first = cluster.leader();
            append(first, "one");
            cluster.stop(first.id());
            TcpCluster.Node second = cluster.leader();
            append(second, "two");
            cluster.start(first.id());
            append(second, "three");
            awaitEntries(cluster, List.of("one", "two", "three"));
        }
    }

    @Test
    void aRestartBeginsAtTheMarker() throws Exception {
        try (TcpCluster cluster = new TcpCluster(directory, 3, settings -> settings.withMarkerEvery(20))) {
            List<String> expected = new ArrayList<>();
            for (int i = 0; i < 50; i++) {
                expected.add("e" + i);
                append(cluster.leader(), "e" + i);
            }
            awaitEntries(cluster, expected);
            NodeId follower = cluster.followers().get(0).id();
            cluster.stop(follower);
            TcpCluster.Node restarted = cluster.start(follower);
            append(cluster.leader(), "last");
            expected.add("last");
            awaitEntries(cluster, expected);
            assertThat(restarted.listener().events().get(0)).isEqualTo("marker 40 first 1");
            assertThat(restarted.listener().events()).noneMatch(event -> event.startsWith("gap"));
        }
    }

    @Test
    void aFollowerThatIsFarBehindFetchesFromFiles() throws Exception {
        try (TcpCluster cluster = new TcpCluster(
                directory, 3, settings -> settings.withMarkerEvery(20).withSegmentBytes(4096))) {
            NodeId follower = cluster.followers().get(0).id();
            cluster.stop(follower);
            List<String> expected = new ArrayList<>();
            for (int i = 0; i < 200; i++) {
                expected.add("e" + i);
                append(cluster.leader(), "e" + i);
            }
            TcpCluster.Node late = cluster.start(follower);
            awaitEntries(cluster, expected);
            assertThat(late.listener().events()).noneMatch(event -> event.startsWith("gap"));
            assertThat(late.log().state().firstIndex()).isEqualTo(1);
        }
    }

    @Test
    void whatWasDroppedEverywhereNeedsAReseed() throws Exception {
        try (TcpCluster cluster = new TcpCluster(
                directory, 3, settings -> settings.withMarkerEvery(20).withSegmentBytes(2048))) {
            NodeId follower = cluster.followers().get(0).id();
            cluster.stop(follower);
            for (int i = 0; i < 200; i++) {
                append(cluster.leader(), "e" + i);
            }
            for (TcpCluster.Node node : cluster.nodes()) {
                node.log().releaseUpTo(150);
                TcpCluster.await("old segments gone", () -> node.log().state().firstIndex() > 20);
            }
            TcpCluster.Node late = cluster.start(follower);
            TcpCluster.await("demand for a reseed", () -> late.listener().events().stream()
                    .anyMatch(event -> event.startsWith("reseed ")));
        }
    }

    @Test
    void anAppendInAnOtherTermOrOnAFollowerIsNotAppended() throws Exception {
        try (TcpCluster cluster = new TcpCluster(directory, 3, settings -> settings)) {
            TcpCluster.Node leader = cluster.leader();
            long term = leader.listener().leadingTerm();
            assertNotLeader(leader, term + 1);
            assertNotLeader(cluster.followers().get(0), term);
            append(leader, "only");
            awaitEntries(cluster, List.of("only"));
        }
    }

    private static void assertNotLeader(TcpCluster.Node node, long term) {
        assertThatThrownBy(() -> node.log()
                        .append(term, bytes("never"))
                        .toCompletableFuture()
                        .join())
                .isInstanceOf(CompletionException.class)
                .cause()
                .isInstanceOfSatisfying(AppendException.class, e -> assertThat(e.reason())
                        .isEqualTo(AppendException.Reason.NOT_LEADER));
    }

    @Test
    void leadershipIsHandedOver() throws Exception {
        try (TcpCluster cluster = new TcpCluster(directory, 3, settings -> settings)) {
            append(cluster.leader(), "one");
            TcpCluster.Node target = cluster.followers().get(0);
            cluster.leader()
                    .log()
                    .transferLeadership(target.id(), Duration.ofSeconds(5))
                    .toCompletableFuture()
                    .get(10, TimeUnit.SECONDS);
            TcpCluster.await("the target leads", () -> target.listener().leadingTerm() > 0);
            append(target, "two");
            awaitEntries(cluster, List.of("one", "two"));
        }
    }

    @Test
    void aReadBarrierIsAtOrBehindEverythingAcknowledged() throws Exception {
        try (TcpCluster cluster = new TcpCluster(directory, 3, settings -> settings)) {
            TcpCluster.Node leader = cluster.leader();
            Position position = append(leader, "one");
            long barrier = leader.log().readBarrier().toCompletableFuture().get(10, TimeUnit.SECONDS);
            assertThat(barrier).isGreaterThanOrEqualTo(position.index());
            assertThatThrownBy(() -> cluster.followers()
                            .get(0)
                            .log()
                            .readBarrier()
                            .toCompletableFuture()
                            .join())
                    .hasCauseInstanceOf(AppendException.class);
        }
    }

    @Test
    void aLeaderWithoutMajorityStepsDownWithinASecondAndItsAppendIsUnknown() throws Exception {
        try (TcpCluster cluster = new TcpCluster(directory, 3, settings -> settings)) {
            TcpCluster.Node leader = cluster.leader();
            append(leader, "one");
            long term = leader.listener().leadingTerm();
            for (TcpCluster.Node follower : cluster.followers()) {
                cluster.stop(follower.id());
            }
            long start = System.nanoTime();
            CompletableFuture<Position> lost =
                    leader.log().append(term, bytes("lost")).toCompletableFuture();
            assertThatThrownBy(() -> lost.get(10, TimeUnit.SECONDS))
                    .cause()
                    .isInstanceOfSatisfying(AppendException.class, e -> assertThat(e.reason())
                            .isEqualTo(AppendException.Reason.UNKNOWN));
            assertThat(Duration.ofNanos(System.nanoTime() - start)).isLessThan(Duration.ofSeconds(8));
            TcpCluster.await("not leader any more", () -> leader.listener().leadingTerm() == 0);
        }
    }

    /** As when the nodes share one that is flooded: each of them hears nobody for longer than it would wait for a leader. */
    @Test
    void disksThatStallCostNoLeader() throws Exception {
        try (TcpCluster cluster = new TcpCluster(directory, 3, settings -> settings)) {
            TcpCluster.Node leader = cluster.leader();
            append(leader, "one");
            long term = leader.listener().leadingTerm();
            awaitEntries(cluster, List.of("one"));
            cluster.nodes().forEach(node -> node.disk().stallOnce(Duration.ofSeconds(5)));
            append(leader, "two");
            TcpCluster.await("all have stalled", () -> cluster.nodes().stream()
                    .allMatch(node -> node.disk().stalled()));
            awaitEntries(cluster, List.of("one", "two"));
            append(leader, "three");
            assertThat(leader.listener().leadingTerm()).isEqualTo(term);
        }
    }

    @Test
    void aCursorReadsOldAndLiveEntries() throws Exception {
        try (TcpCluster cluster = new TcpCluster(directory, 3, settings -> settings.withSegmentBytes(4096))) {
            TcpCluster.Node leader = cluster.leader();
            for (int i = 0; i < 100; i++) {
                append(leader, "e" + i);
            }
            TcpCluster.Node follower = cluster.followers().get(0);
            try (LogCursor cursor = follower.log().read(1)) {
                List<String> read = new ArrayList<>();
                while (read.size() < 100) {
                    LogEntry entry = cursor.next(Duration.ofSeconds(5));
                    assertThat(entry).isNotNull();
                    if (entry == null) {
                        break;
                    }
                    String text = StandardCharsets.UTF_8.decode(entry.payload()).toString();
                    if (!text.isEmpty()) {
                        read.add(text);
                    }
                }
                assertThat(read).first().isEqualTo("e0");
                assertThat(read).last().isEqualTo("e99");
                assertThat(cursor.next(Duration.ZERO)).isNull();
            }
        }
    }

    @Test
    void aDirectoryInUseIsRefusedByName() throws Exception {
        try (TcpCluster cluster = new TcpCluster(directory, 1, settings -> settings)) {
            NodeId id = cluster.leader().id();
            assertThatThrownBy(() -> cluster.start(id))
                    .isInstanceOf(IOException.class)
                    .hasMessageContaining(directory.resolve(id.value()).toString());
        }
    }
}
