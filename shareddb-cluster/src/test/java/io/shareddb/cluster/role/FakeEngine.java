package io.shareddb.cluster.role;

import io.shareddb.replication.engine.BrokenEngineException;
import io.shareddb.replication.engine.Engine;
import io.shareddb.replication.engine.EngineAccess;
import io.shareddb.replication.engine.EngineException;
import io.shareddb.replication.engine.EngineFamily;
import io.shareddb.replication.engine.EngineInfo;
import io.shareddb.replication.engine.EnginePosition;
import io.shareddb.replication.engine.EngineProcess;
import io.shareddb.replication.engine.EngineState;
import io.shareddb.replication.engine.IncompleteCopyException;
import io.shareddb.replication.engine.RelayAddress;
import io.shareddb.replication.snapshot.SnapshotLoader;
import io.shareddb.replication.snapshot.SnapshotSource;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.IntConsumer;
import java.util.function.Supplier;

/**
 * An engine in memory: its process, its administration, its capture. Every call is written down; a test may do something right
 * before any of them, and make any of them fail.
 */
final class FakeEngine implements EngineProcess, Engine, Captures {
    private final EngineFamily family = new EngineInMemory(this);
    private final FakeArchive archive;
    private final ManualThread thread;

    final List<String> calls = new ArrayList<>();
    IntConsumer beforeCall = number -> {};

    // What is on its disk.
    String applied = "";
    Optional<String> originated = Optional.empty();
    boolean empty = true;
    boolean broken;
    boolean hasRoom = true;
    boolean managed = true;
    boolean halfLoaded;
    boolean sessionsLost;

    // What is in its memory.
    boolean speechless;
    boolean alive;
    boolean following;
    boolean open;
    boolean capturing;
    boolean stuckCommit;
    Optional<String> followError = Optional.empty();
    CompletableFuture<Void> opening = new CompletableFuture<>();
    boolean opensAtOnce = true;
    boolean catchesUp = true;
    boolean refusesTransactions;
    private CompletableFuture<Integer> exited = new CompletableFuture<>();
    private Optional<java.util.function.Consumer<Throwable>> captureLost = Optional.empty();

    FakeEngine(FakeArchive archive, ManualThread thread) {
        this.thread = thread;
        this.archive = archive;
    }

    private void called(String what) {
        beforeCall.accept(calls.size());
        calls.add(what);
    }

    private void needsLife() {
        if (!alive) {
            throw new EngineException("connection refused");
        }
    }

    /** It ends by itself. */
    void die() {
        if (alive) {
            alive = false;
            following = false;
            open = false;
            stuckCommit = false;
            exited.complete(139);
        }
    }

    void loseCapture(String reason) {
        if (capturing) {
            capturing = false;
            captureLost.ifPresent(listener -> listener.accept(new EngineException(reason)));
        }
    }

    // ---- process

    @Override
    public boolean start() {
        called("start");
        if (broken) {
            throw new BrokenEngineException("Can't init tc log");
        }
        boolean anew = empty;
        sessionsLost = false;
        empty = false;
        alive = true;
        following = false;
        open = false;
        followError = Optional.empty();
        exited = new CompletableFuture<>();
        return anew;
    }

    @Override
    public boolean hasRoom() {
        return hasRoom;
    }

    @Override
    public boolean managed() {
        return managed;
    }

    @Override
    public void kill() {
        calls.add("kill");
        if (alive) {
            alive = false;
            speechless = false;
            following = false;
            open = false;
            stuckCommit = false;
            exited.complete(137);
        }
    }

    @Override
    public void stop(Duration grace) {
        called("stop");
        alive = false;
        following = false;
        open = false;
        exited.complete(0);
    }

    @Override
    public CompletionStage<Integer> exited() {
        return exited;
    }

    @Override
    public boolean alive() {
        return alive;
    }

    @Override
    public long pid() {
        return alive ? 4711 : 0;
    }

    @Override
    public EngineAccess access() {
        return EngineInMemory.access(managed);
    }

    @Override
    public void knowCommitted(Supplier<EnginePosition> known) {}

    @Override
    public EngineFamily family() {
        return family;
    }

    @Override
    public void wipe() {
        called("wipe");
        applied = "";
        originated = Optional.empty();
        empty = true;
        broken = false;
        halfLoaded = false;
    }

    @Override
    public void sync() {
        called("sync");
    }

    @Override
    public void close() {}

    // ---- administration

    @Override
    public EngineInfo info() {
        if (sessionsLost) { // once, as a pool notices it with the first use
            sessionsLost = false;
            throw new EngineException("No operations allowed after connection closed");
        }
        return new EngineInfo("MariaDB", "11.4.5-MariaDB-log", 4711, 3306);
    }

    @Override
    public EngineState state() {
        needsLife();
        if (speechless) {
            thread.blocked(Duration.ofMillis(1));
            throw new EngineException("Connection is not available, request timed out");
        }
        if (sessionsLost) {
            sessionsLost = false;
            throw new EngineException("No operations allowed after connection closed");
        }
        return new EngineState(family.position(applied), originated.map(family::gtid), following, followError, !open);
    }

    @Override
    public void prepare() {
        called("prepare");
        needsLife();
        following = false;
        open = false;
        followError = Optional.empty();
        if (halfLoaded) {
            throw new IncompleteCopyException("the loading of a copy was interrupted");
        }
    }

    @Override
    public void follow(RelayAddress relay, EnginePosition from) {
        called("follow " + from.text());
        needsLife();
        if (open) {
            throw new IllegalStateException("follows while open for writes");
        }
        applied = from.text();
        following = true;
        apply();
    }

    /** The relay sends what was committed. */
    void apply() {
        if (following
                && refusesTransactions
                && !applied.equals(archive.committed().position().text())) {
            following = false;
            followError = Optional.of("error 1005: Can't create table");
        } else if (following && catchesUp) {
            applied = archive.committed().position().text();
        }
    }

    @Override
    public void stopFollowing() {
        called("stopFollowing");
        needsLife();
        following = false;
    }

    @Override
    public boolean awaitApplied(EnginePosition position, Duration timeout) {
        called("awaitApplied");
        needsLife();
        apply();
        boolean reached = applied.equals(position.text());
        if (!reached) {
            thread.blocked(timeout);
        }
        return reached;
    }

    @Override
    public void prepareToLead(long epoch) {
        called("prepareToLead " + epoch);
        needsLife();
        if (following) {
            throw new IllegalStateException("prepared to lead while following");
        }
    }

    @Override
    public void syncCommits(boolean each) {
        called("syncCommits " + each);
        needsLife();
    }

    @Override
    public void openForWrites() {
        called("openForWrites");
        needsLife();
        if (following || !capturing) {
            throw new IllegalStateException("opened without capture");
        }
        open = true;
    }

    @Override
    public boolean closeForWrites(Duration timeout) {
        called("closeForWrites");
        needsLife();
        if (stuckCommit) {
            return false;
        }
        open = false;
        return true;
    }

    @Override
    public void applyInParallel(boolean parallel) {
        called("applyInParallel " + parallel);
    }

    @Override
    public void expectWriters(int writers) {
        called("expectWriters " + writers);
        needsLife();
    }

    @Override
    public SnapshotSource snapshotSource() {
        throw new UnsupportedOperationException();
    }

    @Override
    public SnapshotLoader snapshotLoader() {
        called("load");
        needsLife();
        return (in, progress) -> {
            applied = new String(in.readAllBytes(), StandardCharsets.UTF_8);
            originated = Optional.empty();
            halfLoaded = false;
            sessionsLost = true;
            return family.position(applied);
        };
    }

    // ---- capture

    @Override
    public CaptureSession connect(long epoch, EngineAccess engine, java.util.function.Consumer<Throwable> lost) {
        called("connectCapture " + epoch);
        needsLife();
        capturing = true;
        captureLost = Optional.of(lost);
        opening = new CompletableFuture<>();
        CompletableFuture<Void> answer = opening;
        return new CaptureSession() {
            @Override
            public CompletionStage<Void> openEpoch() {
                called("openEpoch");
                if (opensAtOnce) {
                    archive.openEpoch(epoch, RoleFixture.OWN.value());
                    answer.complete(null);
                }
                return answer;
            }

            @Override
            public void close() {
                calls.add("closeCapture");
                capturing = false;
            }
        };
    }
}
