package io.shareddb.replication.archive;

import io.shareddb.replication.engine.EnginePosition;
import io.shareddb.replication.engine.Gtid;
import io.shareddb.replication.engine.mariadb.MariaDbFamily;
import io.shareddb.replication.log.InMemoryReplicatedLog;
import io.shareddb.replication.log.NodeId;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** An archive over a log in memory; all runs in the test's thread. */
final class ArchiveFixture {
    static final MariaDbFamily FAMILY = new MariaDbFamily();

    final InMemoryReplicatedLog log;
    final LogArchive archive;
    final List<String> events = new ArrayList<>();

    ArchiveFixture(Path directory) {
        this(directory, new InMemoryReplicatedLog(Runnable::run));
    }

    ArchiveFixture(Path directory, InMemoryReplicatedLog log) {
        this.log = log;
        this.archive = new LogArchive(directory, List.of(FAMILY), log, new Recorder());
        log.start(archive);
    }

    /** After a crash: files and log are there, memory is not. */
    ArchiveFixture restarted(Path directory) {
        return new ArchiveFixture(directory, log.restarted());
    }

    static Gtid gtid(String text) {
        return FAMILY.gtid(text);
    }

    static EnginePosition position(String text) {
        return FAMILY.position(text);
    }

    static ByteBuffer bytes(String text) {
        return StandardCharsets.UTF_8.encode(text);
    }

    static EpochHeader header(long epoch, long opening, String base) {
        return new EpochHeader(epoch, opening, 1000 + epoch, "mariadb", "n1", "11.4", base, bytes("format" + epoch));
    }

    void open(long epoch, String base) {
        open(epoch, 1, base);
    }

    void open(long epoch, long opening, String base) {
        log.receive(epoch, header(epoch, opening, base).encode());
    }

    static Fragment whole(String gtid) {
        return new Fragment(true, true, gtid, 5000, bytes("events of " + gtid));
    }

    static Fragment first(String gtid, String events) {
        return new Fragment(true, false, gtid, 5000, bytes(events));
    }

    static Fragment middle(String events) {
        return new Fragment(false, false, "", 0, bytes(events));
    }

    static Fragment last(String events) {
        return new Fragment(false, true, "", 0, bytes(events));
    }

    void batch(long epoch, long number, Fragment... fragments) {
        batch(epoch, 1, number, fragments);
    }

    void batch(long epoch, long opening, long number, Fragment... fragments) {
        log.receive(epoch, new Batch(epoch, opening, number, List.of(fragments)).encode());
    }

    /** What the archive holds from {@code seq} on: {@code seq:gtid=events}. */
    List<String> history(long seq) throws InterruptedException {
        List<String> found = new ArrayList<>();
        try (TransactionCursor cursor = archive.read(seq)) {
            TransactionRecord next = cursor.next(Duration.ZERO);
            while (next != null) {
                found.add(next.seq() + ":" + next.gtid().text() + "=" + text(next));
                next = cursor.next(Duration.ZERO);
            }
        }
        return found;
    }

    static String text(TransactionRecord transaction) {
        StringBuilder text = new StringBuilder();
        transaction.events().forEachRemaining(piece -> text.append(StandardCharsets.UTF_8.decode(piece)));
        return text.toString();
    }

    private final class Recorder implements LeadershipListener {
        @Override
        public void onLeader(long term) {
            events.add("leader " + term);
        }

        @Override
        public void onNotLeader(long term) {
            events.add("not leader " + term);
        }

        @Override
        public void onLeaderChanged(Optional<NodeId> leader, long term) {}

        @Override
        public void onReseedRequired(long firstAvailable) {
            events.add("reseed " + firstAvailable);
        }

        @Override
        public void onFatal(Throwable cause) {
            events.add("fatal " + cause.getMessage());
        }
    }
}
