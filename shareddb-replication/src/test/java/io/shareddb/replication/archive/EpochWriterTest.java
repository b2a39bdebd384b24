package io.shareddb.replication.archive;

import static io.shareddb.replication.archive.ArchiveFixture.first;
import static io.shareddb.replication.archive.ArchiveFixture.last;
import static io.shareddb.replication.archive.ArchiveFixture.middle;
import static io.shareddb.replication.archive.ArchiveFixture.position;
import static io.shareddb.replication.archive.ArchiveFixture.whole;
import static org.assertj.core.api.Assertions.assertThat;

import io.shareddb.replication.engine.EnginePosition;
import io.shareddb.replication.log.AppendException;
import io.shareddb.replication.log.NodeId;
import io.shareddb.replication.log.Position;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class EpochWriterTest {
    @TempDir
    Path directory;

    private final List<String> told = new ArrayList<>();
    private ArchiveFixture node;

    @BeforeEach
    void lead() {
        node = new ArchiveFixture(directory);
        node.log.elect(4);
    }

    private EpochWriter<String> writer(int maxInFlight, long maxQueuedBytes) {
        return new EpochWriter<>(node.log, node.archive, new Recorder(), maxInFlight, maxQueuedBytes);
    }

    private final class Recorder implements EpochWriter.Listener<String> {
        @Override
        public void onCommitted(List<String> tickets, long appendedNanos) {
            told.add("committed " + String.join(",", tickets));
        }

        @Override
        public void onRoom() {
            told.add("room");
        }

        @Override
        public void onEnded(Throwable cause) {
            told.add("ended " + cause.getClass().getSimpleName());
        }
    }

    private static CompletableFuture<Position> open(EpochWriter<String> writer, long term, EnginePosition base) {
        return writer.open(new EpochOpening(
                        term, 1, "mariadb", new NodeId("n1"), "11.4", base, ArchiveFixture.bytes("format")))
                .toCompletableFuture();
    }

    private static void add(EpochWriter<String> writer, int from, int to) {
        for (int i = from; i <= to; i++) {
            writer.add(whole("0-1-" + i), "t" + i);
        }
    }

    @Test
    void whatIsAddedWhileOneIsInFlightMakesTheNextBatch() throws Exception {
        EpochWriter<String> writer = writer(1, 1 << 20);
        assertThat(open(writer, 4, position(""))).isCompleted();
        node.log.automatic(false);
        add(writer, 1, 1);
        writer.flush();
        add(writer, 2, 4);
        writer.flush();
        assertThat(node.log.waiting()).isEqualTo(1);
        assertThat(told).isEmpty();
        node.log.commit(1);
        assertThat(told).containsExactly("committed t1");
        assertThat(node.log.waiting()).isEqualTo(1);
        assertThat(writer.isIdle()).isFalse();
        node.log.commit(1);
        assertThat(told).containsExactly("committed t1", "committed t2,t3,t4");
        assertThat(writer.isIdle()).isTrue();
        assertThat(node.history(1)).hasSize(4);
    }

    @Test
    void batchHoldsAtMost64TransactionsOr256Kilobytes() {
        EpochWriter<String> writer = writer(1, 100 << 20);
        node.log.automatic(false);
        CompletableFuture<Position> opened = open(writer, 4, position(""));
        add(writer, 1, 70);
        ByteBuffer events = ByteBuffer.allocate(100 << 10);
        for (int i = 71; i <= 75; i++) {
            writer.add(new Fragment(true, true, "0-1-" + i, 1, events), "t" + i);
        }
        ByteBuffer large = ByteBuffer.allocate(Fragment.MAX_BYTES);
        writer.add(new Fragment(true, false, "0-1-76", 1, large), null);
        writer.add(new Fragment(false, true, "", 0, large), "t76");
        node.log.automatic(true);
        assertThat(opened).isCompleted();
        assertThat(told).hasSize(5);
        assertThat(told.get(0)).endsWith(",t64");
        assertThat(told.subList(1, 5))
                .containsExactly(
                        "committed t65,t66,t67,t68,t69,t70,t71,t72",
                        "committed t73,t74",
                        "committed t75",
                        "committed t76");
        assertThat(node.archive.committed().seq()).isEqualTo(76);
    }

    @Test
    void fullQueueSaysSoUntilItIsHalfEmpty() {
        EpochWriter<String> writer = writer(1, 1000);
        assertThat(open(writer, 4, position(""))).isCompleted();
        node.log.automatic(false);
        assertThat(writer.add(first("0-1-1", "x".repeat(600)), null)).isTrue();
        writer.flush();
        assertThat(writer.add(middle("x".repeat(400)), null)).isFalse();
        assertThat(writer.add(last("x"), "t1")).isFalse();
        node.log.commit(1);
        assertThat(told).containsExactly("room");
        assertThat(writer.add(whole("0-1-2"), "t2")).isTrue();
        node.log.automatic(true);
        assertThat(told).containsExactly("room", "committed t1", "committed t2");
    }

    @Test
    void deposedLeaderCommitsNothingMore() throws Exception { // DESIGN, promise 4
        for (boolean keep : new boolean[] {false, true}) {
            told.clear();
            node = new ArchiveFixture(directory.resolve("keep-" + keep));
            node.log.elect(4);
            EpochWriter<String> writer = writer(2, 1 << 20);
            assertThat(open(writer, 4, position(""))).isCompleted();
            node.log.automatic(false);
            add(writer, 1, 2);
            writer.flush();
            node.log.depose(keep);
            assertThat(told).containsExactly("ended AppendException");
            add(writer, 3, 3);
            writer.flush();
            assertThat(node.log.waiting()).isZero();
            assertThat(node.archive.committed().seq()).isEqualTo(keep ? 2 : 0);

            told.clear();
            node.log.elect(5);
            node.log.automatic(true);
            EpochWriter<String> next = writer(2, 1 << 20);
            assertThat(open(next, 5, node.archive.committed().position())).isCompleted();
            add(next, 9, 9);
            next.flush();
            assertThat(told).containsExactly("committed t9");
        }
    }

    @Test
    void epochDoesNotOpenForWhoDoesNotLeadOrDoesNotStandAtTheEnd() {
        EpochWriter<String> stranger = writer(1, 1 << 20);
        assertThat(open(stranger, 3, position("")))
                .isCompletedExceptionally()
                .failsWithin(Duration.ZERO)
                .withThrowableOfType(ExecutionException.class)
                .withCauseInstanceOf(AppendException.class);
        assertThat(open(writer(1, 1 << 20), 4, position(""))).isCompleted();
        EpochWriter<String> elsewhere = writer(1, 1 << 20);
        assertThat(open(elsewhere, 4, position("0-1-9"))).isCompletedExceptionally();
        assertThat(told).containsExactly("ended AppendException", "ended IllegalStateException");
    }

    @Test
    void epochOpensAgainWithinATerm() throws Exception {
        EpochWriter<String> before = writer(1, 1 << 20);
        assertThat(open(before, 4, position(""))).isCompleted();
        add(before, 1, 1);
        before.flush();
        before.close();
        EpochWriter<String> after = writer(1, 1 << 20);
        assertThat(open(after, 4, position("0-1-1"))).isCompleted();
        add(after, 2, 2);
        after.flush();
        assertThat(told).containsExactly("committed t1", "committed t2");
        assertThat(node.archive.openEpoch().opening()).isEqualTo(2);
        assertThat(node.history(1)).hasSize(2);
    }
}
