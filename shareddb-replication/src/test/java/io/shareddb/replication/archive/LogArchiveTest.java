package io.shareddb.replication.archive;

import static io.shareddb.replication.archive.ArchiveFixture.first;
import static io.shareddb.replication.archive.ArchiveFixture.gtid;
import static io.shareddb.replication.archive.ArchiveFixture.last;
import static io.shareddb.replication.archive.ArchiveFixture.middle;
import static io.shareddb.replication.archive.ArchiveFixture.position;
import static io.shareddb.replication.archive.ArchiveFixture.whole;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.shareddb.replication.log.InMemoryReplicatedLog;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.CompletionStage;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class LogArchiveTest {
    @TempDir
    Path directory;

    @Test
    void transactionsGetSequenceNumbersInLogOrder() throws Exception {
        ArchiveFixture node = new ArchiveFixture(directory);
        node.open(3, "");
        node.batch(3, 1, whole("0-1-1"), whole("0-1-2"));
        node.batch(3, 2, whole("0-1-3"));
        assertThat(node.history(1))
                .containsExactly("1:0-1-1=events of 0-1-1", "2:0-1-2=events of 0-1-2", "3:0-1-3=events of 0-1-3");
        assertThat(node.history(3)).containsExactly("3:0-1-3=events of 0-1-3");
        assertThat(node.history(4)).isEmpty();
        assertThat(node.archive.committed()).isEqualTo(new Committed(3, 3, "mariadb", position("0-1-3"), 5000, 3));
        assertThat(node.archive.formatOf(3)).isEqualTo(ArchiveFixture.bytes("format3"));
    }

    @Test
    void batchOfDeposedLeaderGetsNoSequenceNumber() throws Exception { // DESIGN, promise 4
        ArchiveFixture node = new ArchiveFixture(directory);
        node.open(1, "");
        node.batch(1, 1, whole("0-1-1"));
        node.open(2, "0-1-1");
        node.batch(1, 2, whole("0-1-2"));
        node.batch(2, 1, whole("0-2-2"));
        assertThat(node.history(1)).containsExactly("1:0-1-1=events of 0-1-1", "2:0-2-2=events of 0-2-2");
        assertThat(node.archive.committed().position()).isEqualTo(position("0-2-2"));
    }

    @Test
    void batchBehindOneThatWasLostGetsNoSequenceNumber() throws Exception {
        ArchiveFixture node = new ArchiveFixture(directory);
        node.open(1, "");
        node.batch(1, 1, whole("0-1-1"));
        node.batch(1, 3, whole("0-1-3"));
        node.batch(1, 2, whole("0-1-2"));
        node.batch(1, 2, whole("0-1-2"));
        assertThat(node.history(1)).containsExactly("1:0-1-1=events of 0-1-1", "2:0-1-2=events of 0-1-2");
    }

    @Test
    void epochThatDoesNotStartWhereTheHistoryEndsDoesNotOpen() throws Exception {
        ArchiveFixture node = new ArchiveFixture(directory);
        node.open(1, "");
        node.batch(1, 1, whole("0-1-1"));
        node.open(2, "0-1-7");
        node.batch(2, 1, whole("0-2-8"));
        assertThat(node.archive.committed().epoch()).isEqualTo(1);
        assertThat(node.history(1)).containsExactly("1:0-1-1=events of 0-1-1");
    }

    @Test
    void olderEpochDoesNotOpenAgainAndReopeningNeedsHigherNumber() {
        ArchiveFixture node = new ArchiveFixture(directory);
        node.open(5, "");
        node.open(4, "");
        assertThat(node.archive.committed().epoch()).isEqualTo(5);
        node.batch(5, 1, 1, whole("0-1-1"));
        node.open(5, 1, "0-1-1");
        assertThat(node.archive.openEpoch().batches()).isEqualTo(1);
        node.open(5, 2, "0-1-1");
        assertThat(node.archive.openEpoch().opening()).isEqualTo(2);
        node.batch(5, 1, 2, whole("0-1-2"));
        assertThat(node.archive.committed().seq()).isEqualTo(1);
        node.batch(5, 2, 1, whole("0-1-2"));
        assertThat(node.archive.committed().seq()).isEqualTo(2);
    }

    @Test
    void largeTransactionIsVisibleWithItsLastFragment() throws Exception {
        ArchiveFixture node = new ArchiveFixture(directory);
        node.open(1, "");
        node.batch(1, 1, whole("0-1-1"), first("0-1-2", "a"));
        node.batch(1, 2, middle("b"), middle("c"));
        assertThat(node.history(1)).hasSize(1);
        node.batch(9, 1, whole("0-9-9")); // of nobody
        node.batch(1, 3, last("d"), whole("0-1-3"));
        assertThat(node.history(1))
                .containsExactly("1:0-1-1=events of 0-1-1", "2:0-1-2=abcd", "3:0-1-3=events of 0-1-3");
        try (TransactionCursor cursor = node.archive.read(2)) {
            TransactionRecord large = Objects.requireNonNull(cursor.next(Duration.ZERO));
            assertThat(large.eventBytes()).isEqualTo(4);
        }
    }

    @Test
    void unfinishedTransactionIsDroppedWhenAnEpochOpens() throws Exception {
        ArchiveFixture node = new ArchiveFixture(directory);
        node.open(1, "");
        node.batch(1, 1, whole("0-1-1"), first("0-1-2", "lost"));
        node.open(2, "0-1-1");
        node.batch(2, 1, last("never"), whole("0-2-2"));
        assertThat(node.history(1)).containsExactly("1:0-1-1=events of 0-1-1", "2:0-2-2=events of 0-2-2");
    }

    @Test
    void transactionThatTheEngineSendsAgainReplacesItsUnfinishedSelf() throws Exception {
        ArchiveFixture node = new ArchiveFixture(directory);
        node.open(1, "");
        node.batch(1, 1, first("0-1-1", "half"));
        node.batch(1, 2, middle("way"), first("0-1-1", "from "), middle("the "));
        node.batch(1, 3, last("start"));
        assertThat(node.history(1)).containsExactly("1:0-1-1=from the start");
    }

    @Test
    void adoptedDatabaseIsSequenceNumberZero() {
        ArchiveFixture node = new ArchiveFixture(directory);
        assertThat(node.archive.resolve(position(""))).isEqualTo(new Resolution(1, false, false));
        node.open(1, "0-7-100");
        assertThat(node.archive.committed().seq()).isZero();
        assertThat(node.archive.positionAt(0)).isEqualTo(position("0-7-100"));
        assertThat(node.archive.resolve(position("0-7-100"))).isEqualTo(new Resolution(1, false, false));
        assertThat(node.archive.resolve(position("")).dropped()).isTrue();
        assertThat(node.archive.resolve(position("0-7-99")).diverged()).isTrue();
        node.batch(1, 1, whole("0-1-101"));
        assertThat(node.archive.resolve(position("0-7-100"))).isEqualTo(new Resolution(1, false, false));
        assertThat(node.archive.resolve(position("")).dropped()).isTrue();
        assertThat(node.archive.resolve(position("0-7-99")).diverged()).isTrue();
        assertThat(node.archive.positionAt(0)).isEqualTo(position("0-7-100"));
    }

    @Test
    void findsEveryPositionOfALongHistoryAndTellsOthers() throws Exception {
        ArchiveFixture node = longHistory(3000);
        for (long seq : new long[] {0, 1, 2, 63, 64, 511, 512, 513, 1024, 1999, 2000, 2001, 2999, 3000}) {
            String gtid = seq == 0 ? "" : "0-" + (seq <= 2000 ? 1 : 2) + "-" + seq;
            assertThat(node.archive.resolve(position(gtid))).isEqualTo(new Resolution(seq + 1, false, false));
            assertThat(node.archive.positionAt(seq)).isEqualTo(position(gtid));
            if (seq > 0) {
                assertThat(node.archive.seqOf(gtid(gtid))).hasValue(seq);
            }
            assertThat(node.archive.resolve(position("0-9-" + (seq + 1))).diverged())
                    .isTrue();
            assertThat(node.archive.seqOf(gtid("0-9-" + (seq + 1)))).isEmpty();
        }
        Resolution ahead = node.archive.resolve(position("0-2-3001"));
        assertThat(ahead.diverged()).isTrue();
        assertThat(ahead.nextSeq()).isEqualTo(3001); // it may only be ahead of what is known here
        assertThat(node.archive.resolve(position("0-9-1500")).nextSeq()).isEqualTo(1501);
        assertThat(node.history(2998)).hasSize(3);
        assertThatThrownBy(() -> node.archive.positionAt(3001)).isInstanceOf(IllegalArgumentException.class);
    }

    /** What comes after it in its entry of the log is not part of it, or an engine that lacks that would never get it. */
    @Test
    void positionWithinABatchEndsThere() {
        ArchiveFixture node = new ArchiveFixture(directory);
        node.open(1, "");
        node.batch(1, 1, whole("0-1-1"), whole("0-1-2"), whole("0-1-3"));
        node.batch(1, 2, whole("0-1-4"));
        for (int seq = 1; seq <= 4; seq++) {
            assertThat(node.archive.positionAt(seq)).isEqualTo(position("0-1-" + seq));
            assertThat(node.archive.resolve(position("0-1-" + seq))).isEqualTo(new Resolution(seq + 1, false, false));
        }
    }

    /** Transactions of 100 bytes or so, epoch 2 from 2001 on. */
    private ArchiveFixture longHistory(int count) {
        ArchiveFixture node = new ArchiveFixture(directory);
        append(node, count);
        return node;
    }

    private static void append(ArchiveFixture node, int count) {
        node.open(1, "");
        for (int i = 1; i <= count; i++) {
            if (i == 2001) {
                node.open(2, "0-1-2000");
            }
            int epoch = i <= 2000 ? 1 : 2;
            node.batch(epoch, i <= 2000 ? i : i - 2000, whole("0-" + epoch + "-" + i));
        }
    }

    @Test
    void positionBelowRetentionIsDropped() throws Exception {
        ArchiveFixture node = longHistory(3000);
        node.archive.release(1700, Long.MAX_VALUE);
        long firstSeq = node.archive.firstSeq();
        assertThat(firstSeq).isBetween(1000L, 1701L);
        assertThat(node.archive.resolve(position("0-1-5")).dropped()).isTrue();
        assertThat(node.archive.resolve(position("")).dropped()).isTrue();
        assertThat(node.archive.resolve(position("0-1-" + (firstSeq - 1))))
                .isEqualTo(new Resolution(firstSeq, false, false));
        assertThat(node.archive.resolve(position("0-1-1800"))).isEqualTo(new Resolution(1801, false, false));
        assertThat(node.history(firstSeq)).hasSize((int) (3001 - firstSeq));
        assertThatThrownBy(() -> node.archive.read(firstSeq - 1)).isInstanceOf(IllegalStateException.class);
        assertThatThrownBy(() -> node.archive.positionAt(5)).isInstanceOf(IllegalStateException.class);
        assertThat(node.archive.formatOf(1)).isEqualTo(ArchiveFixture.bytes("format1"));

        ArchiveFixture again = restart(node);
        assertThat(again.archive.resolve(position("0-1-1800"))).isEqualTo(new Resolution(1801, false, false));
        assertThat(again.archive.resolve(position("0-1-5")).dropped()).isTrue();
    }

    @Test
    void nothingBeyondAnEntryOfTheLogIsDropped() {
        ArchiveFixture node = longHistory(3000);
        node.archive.release(3000, 1000);
        assertThat(node.archive.firstSeq()).isBetween(2L, 1001L);
        assertThat(node.archive.indexBefore(Long.MIN_VALUE)).isZero();
        assertThat(node.archive.indexBefore(Long.MAX_VALUE)).isBetween(2000L, 4000L);
    }

    private ArchiveFixture restart(ArchiveFixture node) {
        node.log.mark();
        return node.restarted(directory);
    }

    @Test
    void restartAtEveryPointComesToTheSameHistory() throws Exception {
        for (int crashAfter = 0; crashAfter <= 6; crashAfter++) {
            for (int markAfter = -1; markAfter <= crashAfter; markAfter++) {
                Path files = directory.resolve(crashAfter + "-" + markAfter);
                ArchiveFixture node = new ArchiveFixture(files);
                List<Runnable> steps = steps(node);
                for (int i = 0; i < crashAfter; i++) {
                    if (i == markAfter) {
                        node.log.mark();
                    }
                    steps.get(i).run();
                }
                ArchiveFixture again = node.restarted(files);
                steps(again).subList(crashAfter, steps.size()).forEach(Runnable::run);
                assertThat(again.history(1))
                        .as("crash after %s, marker after %s", crashAfter, markAfter)
                        .containsExactly("1:0-1-1=events of 0-1-1", "2:0-1-2=large", "3:0-2-3=events of 0-2-3");
                assertThat(again.archive.committed())
                        .isEqualTo(new Committed(3, 2, "mariadb", position("0-2-3"), 5000, 6));
                assertThat(again.archive.openEpoch().batches()).isEqualTo(1);
            }
        }
    }

    private static List<Runnable> steps(ArchiveFixture node) {
        return List.of(
                () -> node.open(1, ""),
                () -> node.batch(1, 1, whole("0-1-1"), first("0-1-2", "la")),
                () -> node.batch(1, 2, middle("r")),
                () -> node.batch(1, 3, last("ge"), first("0-1-3", "lost")),
                () -> node.open(2, "0-1-2"),
                () -> node.batch(2, 1, whole("0-2-3")));
    }

    @Test
    void indexFileMayEndAnywhereOrBeDamagedAnywhere() throws Exception {
        Path whole = directory.resolve("whole");
        ArchiveFixture node = new ArchiveFixture(whole);
        append(node, 2500);
        node.log.mark();
        Path file = onlyFile(whole);
        byte[] content = Files.readAllBytes(file);
        assertThat(content.length).isGreaterThan(500);
        ArchiveFixture current = node;
        for (int i = 0; i < content.length; i++) {
            Path files = directory.resolve("cut-" + i);
            Files.createDirectories(files);
            byte[] cut = Arrays.copyOf(content, i);
            Files.write(files.resolve(file.getFileName()), cut);
            current = current.restarted(files);
            check(current, i);
            byte[] damaged = content.clone();
            damaged[i] ^= 0x40;
            Files.write(files.resolve(file.getFileName()), damaged);
            current = current.restarted(files);
            check(current, i);
        }
    }

    private static void check(ArchiveFixture node, int place) {
        assertThat(node.archive.committed().seq()).isEqualTo(2500);
        assertThat(node.archive.resolve(position("0-2-2100")))
                .as("index cut or damaged at byte %s", place)
                .isEqualTo(new Resolution(2101, false, false));
        assertThat(node.archive.positionAt(40)).isEqualTo(position("0-1-40"));
        assertThat(node.archive.formatOf(2)).isEqualTo(ArchiveFixture.bytes("format2"));
    }

    private static Path onlyFile(Path files) throws Exception {
        try (Stream<Path> found = Files.list(files)) {
            return found.toList().get(0);
        }
    }

    @Test
    void nodeThatSkippedAheadKnowsItsPlaceButNotWhatWasBefore() throws Exception {
        ArchiveFixture other = longHistory(700);
        other.log.mark();
        ArchiveFixture late = new ArchiveFixture(directory.resolve("late"));
        late.log.install(other.log);
        ArchiveFixture node = late.restarted(directory.resolve("late"));
        assertThat(node.archive.committed().seq()).isEqualTo(700);
        assertThat(node.archive.resolve(position("0-1-700"))).isEqualTo(new Resolution(701, false, false));
        assertThat(node.archive.resolve(position("0-1-699")).dropped()).isTrue();
        node.batch(1, 701, whole("0-1-701"));
        assertThat(node.archive.resolve(position("0-1-700"))).isEqualTo(new Resolution(701, false, false));
        assertThat(node.history(701)).containsExactly("701:0-1-701=events of 0-1-701");
        assertThat(node.archive.formatOf(1)).isEqualTo(ArchiveFixture.bytes("format1"));
    }

    @Test
    void logThatBeginsInsideOfATransactionCanBeReadFromItsEndOn() throws Exception {
        ArchiveFixture other = new ArchiveFixture(directory.resolve("other"));
        other.log.elect(1);
        other.open(1, "");
        other.batch(1, 1, first("0-1-1", "begin"));
        other.log.mark();
        ArchiveFixture late = new ArchiveFixture(directory.resolve("late"));
        late.log.install(other.log);
        ArchiveFixture node = late.restarted(directory.resolve("late"));
        node.batch(1, 2, last("end"));
        node.batch(1, 3, whole("0-1-2"));
        assertThat(node.archive.resolve(position("0-1-1"))).isEqualTo(new Resolution(2, false, false));
        assertThat(node.history(2)).containsExactly("2:0-1-2=events of 0-1-2");
    }

    @Test
    void markerForACopyOfTheDatabaseIsAtOrBeforeIt() throws Exception {
        ArchiveFixture node = longHistory(1300);
        for (long seq : new long[] {0, 1, 511, 512, 800, 1100, 1300}) {
            ArchiveMarker marker = node.archive.markerAt(seq);
            InMemoryReplicatedLog log = node.log.copyFrom(marker.position(), marker.payload());
            ArchiveFixture copy = new ArchiveFixture(directory.resolve("copy-" + seq), log);
            assertThat(copy.archive.committed().seq()).isEqualTo(1300);
            String position = seq == 0 ? "" : "0-1-" + seq;
            assertThat(copy.archive.resolve(position(position))).isEqualTo(new Resolution(seq + 1, false, false));
            assertThat(copy.history(seq + 1)).hasSize((int) (1300 - seq));
        }
        node.archive.release(1200, Long.MAX_VALUE);
        assertThatThrownBy(() -> node.archive.markerAt(100)).isInstanceOf(IllegalStateException.class);
    }

    @Test
    void waitersHearOfTheirCommitOrOfTheEndOfTheEpoch() {
        ArchiveFixture node = new ArchiveFixture(directory);
        node.log.elect(1);
        node.open(1, "");
        CompletionStage<Boolean> one = node.archive.whenCommitted(gtid("0-1-1"));
        CompletionStage<Boolean> two = node.archive.whenCommitted(gtid("0-1-2"));
        CompletionStage<Void> second = node.archive.whenSeq(2);
        CompletionStage<Void> third = node.archive.whenApplied(3);
        assertThat(one.toCompletableFuture()).isNotDone();
        node.batch(1, 1, whole("0-1-1"));
        assertThat(one.toCompletableFuture()).isCompletedWithValue(true);
        assertThat(node.archive.isCommitted(gtid("0-1-1"))).isTrue();
        assertThat(node.archive.isCommitted(gtid("0-5-1"))).isFalse();
        assertThat(two.toCompletableFuture()).isNotDone();
        assertThat(second.toCompletableFuture()).isNotDone();
        node.log.depose(false);
        assertThat(two.toCompletableFuture()).isCompletedWithValue(false);
        assertThat(node.archive.whenCommitted(gtid("0-1-9")).toCompletableFuture())
                .isCompletedWithValue(false);
        node.open(2, "0-1-1");
        node.batch(2, 1, whole("0-2-2"));
        assertThat(second.toCompletableFuture()).isDone();
        assertThat(third.toCompletableFuture()).isDone();
        assertThat(node.events).containsExactly("leader 1", "not leader 1");
    }

    @Test
    void whoHearsOfACommitFindsItInTheHistory() throws Exception {
        ArchiveFixture node = new ArchiveFixture(directory);
        node.log.elect(1);
        node.open(1, "");
        List<Long> seqs = new ArrayList<>();
        for (String gtid : List.of("0-1-1", "0-1-2")) {
            node.archive
                    .whenCommitted(gtid(gtid))
                    .thenAccept(committed -> seqs.add(node.archive.committed().seq()));
        }

        node.batch(1, 1, whole("0-1-1"), whole("0-1-2"));

        assertThat(seqs).containsExactly(2L, 2L);
    }

    @Test
    void entryThatCannotBeReadStopsTheArchive() throws Exception {
        ArchiveFixture node = new ArchiveFixture(directory);
        node.open(1, "");
        node.batch(1, 1, whole("0-1-1"));
        node.log.receive(1, ByteBuffer.wrap(new byte[] {2, 9}));
        node.batch(1, 2, whole("0-1-2"));
        assertThat(node.events)
                .hasSize(1)
                .first()
                .asString()
                .contains("fatal log entry", "cannot be applied: log entry of kind 2 and version 9");
        assertThat(node.archive.committed().seq()).isEqualTo(1);
        assertThatThrownBy(node.archive::takeMarker).isInstanceOf(IllegalStateException.class);
    }
}
