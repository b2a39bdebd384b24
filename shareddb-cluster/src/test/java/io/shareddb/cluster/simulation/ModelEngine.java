package io.shareddb.cluster.simulation;

import io.shareddb.cluster.role.EngineInMemory;
import io.shareddb.replication.engine.DivergedException;
import io.shareddb.replication.engine.Engine;
import io.shareddb.replication.engine.EngineAccess;
import io.shareddb.replication.engine.EngineException;
import io.shareddb.replication.engine.EngineFamily;
import io.shareddb.replication.engine.EngineInfo;
import io.shareddb.replication.engine.EnginePosition;
import io.shareddb.replication.engine.EngineProcess;
import io.shareddb.replication.engine.EngineState;
import io.shareddb.replication.engine.Gtid;
import io.shareddb.replication.engine.IncompleteCopyException;
import io.shareddb.replication.engine.RelayAddress;
import io.shareddb.replication.snapshot.FileCopies;
import io.shareddb.replication.snapshot.SnapshotLoader;
import io.shareddb.replication.snapshot.SnapshotSource;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Comparator;
import java.util.Deque;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * A model of an engine that the operator runs: commits that wait for an acknowledgement with their transaction in the binlog, an applier
 * with its position in the tables, a start that cuts off what nobody acknowledged. It outlives the operator's process. As MariaDB does
 * it; what it is asked takes virtual time.
 */
final class ModelEngine implements EngineProcess, Engine {
    private static final long FOLLOWER = 1;
    private static final long FIRST_EPOCH = 100;
    private static final int DEFINITION_EVERY = 5;

    /** Whoever has to connect first gives up after that. */
    private static final Duration CONNECTING = Duration.ofSeconds(5);

    /**
     * What it can do besides.
     *
     * @param files its files may be replaced by those of another engine
     * @param definitions some of its transactions change definitions
     * @param hanging at times it does nothing, until it is killed or for a while
     */
    record Kind(boolean files, boolean definitions, boolean hanging) {
        /** Nothing. */
        static final Kind PLAIN = new Kind(false, false, false);
    }

    /** A commit on its way. */
    private record Waiting(ModelTransaction transaction, Consumer<Result> told) {}

    /** What has reached a process that hangs. */
    private record Unread(Runnable resumed, Runnable lost) {}

    /** What a session hears of its commit. */
    sealed interface Result {
        /** The engine says OK. */
        record Done(Gtid gtid) implements Result {}

        /** It was rolled back before anybody else could know of it. */
        record Refused() implements Result {}

        /** The connection broke. */
        record Lost() implements Result {}
    }

    private final EngineFamily family = new EngineInMemory(this);
    private final String name;
    private final ModelDisk disk = new ModelDisk();
    private final Random random;
    private final Kind kind;
    private final @Nullable ModelFiles files;
    private Life operator;

    // In the memory of its process.
    private boolean alive;
    private boolean following;
    private boolean open;
    private boolean closing;
    private boolean syncsEach = true;
    private long serverId = FOLLOWER;
    private Optional<String> followError = Optional.empty();
    private boolean hangs;
    private final Deque<Unread> unread = new ArrayDeque<>();
    private final Deque<Waiting> waiting = new ArrayDeque<>();
    private @Nullable ModelCapture capture;
    private CompletableFuture<Integer> exited = new CompletableFuture<>();
    private int applierRuns; // an applier that was stopped does nothing more
    private Runnable onFollow = () -> {};

    ModelEngine(String name, Life operator, Random random, Kind kind) {
        this.name = name;
        this.operator = operator;
        this.random = random;
        this.kind = kind;
        this.files = kind.files() ? new ModelFiles(family, this::replaceBy) : null;
    }

    /** Another process administers it from now on. */
    void administeredBy(Life life, Runnable follows) {
        operator = life;
        onFollow = follows;
    }

    ModelDisk disk() {
        return disk;
    }

    // ---- what happens to it

    /** It ends by itself, or is killed by somebody. */
    void die() {
        if (!alive) {
            return;
        }
        alive = false;
        following = false;
        open = false;
        closing = false;
        hangs = false;
        applierRuns++;
        List<Unread> unheard = List.copyOf(unread);
        unread.clear();
        unheard.forEach(message -> message.lost().run());
        List<Waiting> lost = List.copyOf(waiting);
        waiting.clear();
        lost.forEach(commit -> commit.told().accept(new Result.Lost()));
        ModelCapture connected = capture;
        capture = null;
        if (connected != null) {
            connected.disconnected();
        }
        exited.complete(137);
    }

    /** From now on it does nothing, and its process goes on. */
    void hang() {
        hangs = alive;
    }

    /** It goes on with what has reached it meanwhile. */
    void resume() {
        hangs = false;
        while (!hangs && !unread.isEmpty()) {
            unread.remove().resumed().run();
        }
        ModelCapture connected = capture;
        if (connected != null) {
            connected.wake();
        }
    }

    /** The machine ends. */
    void losePower() {
        die();
        disk.losePower(random);
    }

    /** The data directory is gone. */
    void loseFiles() {
        die();
        disk.wipe();
    }

    /** A second has passed. */
    void tick() {
        if (works()) {
            disk.settle();
        }
    }

    // ---- sessions

    /** A session commits; it hears the result when the engine has acknowledgements for it. */
    void commit(List<String> keys, Consumer<Result> told) {
        if (!alive) {
            told.accept(new Result.Lost());
            return;
        }
        if (hangs) {
            unread.add(new Unread(() -> commit(keys, told), () -> told.accept(new Result.Lost())));
            return;
        }
        if (!open || closing) {
            told.accept(new Result.Refused());
            return;
        }
        ModelTransaction transaction =
                new ModelTransaction("0-" + serverId + "-" + disk.nextNumber(), List.copyOf(keys));
        if (kind.definitions() && transaction.number() % DEFINITION_EVERY == 0) {
            disk.defined(transaction);
        } else {
            disk.logged(transaction);
        }
        waiting.add(new Waiting(transaction, told));
        ModelCapture connected = capture;
        if (connected != null) {
            connected.wake();
        }
    }

    /** Everything in the binlog up to this transaction is acknowledged. */
    void acknowledge(ModelCapture from, String gtid) {
        if (from != capture) {
            return;
        }
        if (hangs) {
            unread.add(new Unread(() -> acknowledge(from, gtid), () -> {}));
            return;
        }
        long number = ModelTransaction.number(gtid);
        while (!waiting.isEmpty() && waiting.element().transaction().number() <= number) {
            release(waiting.remove());
        }
    }

    private void release(Waiting commit) {
        disk.committed(commit.transaction());
        if (syncsEach) {
            disk.settle();
        } else {
            disk.leftUnsynced();
        }
        commit.told().accept(new Result.Done(family.gtid(commit.transaction().gtid())));
    }

    /** {@code KILL} of the sessions that wait: their commits go on without an acknowledgement. */
    void releaseAll() {
        while (!waiting.isEmpty()) {
            release(waiting.remove());
        }
    }

    // ---- replication, both ways

    /** It runs, and does not hang. */
    boolean works() {
        return alive && !hangs;
    }

    /** Blocks for as long as somebody would who connects to it. @return whether that worked */
    boolean connects() {
        return await(() -> !hangs, CONNECTING) && alive;
    }

    void attach(ModelCapture connecting) {
        capture = connecting;
    }

    void detach(ModelCapture leaving) {
        if (capture == leaving) {
            capture = null;
        }
    }

    /** The first own transaction behind a position; null: none yet. */
    @Nullable
    ModelTransaction after(long number) {
        for (ModelTransaction transaction : disk.binlog()) {
            if (transaction.number() > number) {
                return transaction;
            }
        }
        return null;
    }

    /** Which applier runs; 0 when none does. */
    int applier() {
        return alive && following ? applierRuns : 0;
    }

    /** The applier brings this one; false if it stops there. */
    boolean apply(ModelTransaction transaction) {
        String conflict = disk.conflict(transaction);
        if (conflict != null) {
            fail("error 1062: Duplicate entry '" + conflict + "' in " + transaction.gtid());
            return false;
        }
        disk.applied(transaction);
        return true;
    }

    void fail(String problem) {
        following = false;
        applierRuns++;
        followError = Optional.of(problem);
    }

    // ---- process

    private boolean await(BooleanSupplier condition, Duration limit) {
        return operator.await(() -> !alive || condition.getAsBoolean(), limit);
    }

    private void takes(int maxMillis) {
        operator.sleep(Life.micros(50 + random.nextInt(maxMillis * 1_000)));
    }

    private void answers() {
        answers(SILENCE);
    }

    private void answers(Duration silence) {
        if (hangs && !await(() -> !hangs, random.nextBoolean() ? CONNECTING : silence)) {
            throw new EngineException("the engine says nothing");
        }
        if (!alive) {
            throw new EngineException("connection refused");
        }
    }

    @Override
    public void knowCommitted(Supplier<EnginePosition> known) {}

    @Override
    public boolean start() {
        die(); // what an earlier operator left
        operator.sleep(Duration.ofMillis(100 + random.nextInt(500)));
        if (random.nextInt(40) == 0) {
            throw new EngineException("the port is in use");
        }
        boolean anew = disk.isEmpty();
        disk.initialize();
        disk.recover();
        alive = true;
        following = false;
        open = false;
        syncsEach = true;
        serverId = FOLLOWER;
        followError = Optional.empty();
        exited = new CompletableFuture<>();
        return anew;
    }

    @Override
    public boolean managed() {
        return true;
    }

    @Override
    public void kill() {
        die();
    }

    /** A shutdown lets commits go that wait. */
    @Override
    public void stop(Duration grace) {
        if (alive) {
            takes(200);
            if (await(() -> !hangs, grace)) {
                releaseAll();
                disk.sync();
            }
            die();
        }
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
        return EngineInMemory.access(true);
    }

    @Override
    public EngineFamily family() {
        return family;
    }

    @Override
    public void wipe() {
        if (alive) {
            throw new IllegalStateException("wiped while it runs");
        }
        disk.wipe();
    }

    @Override
    public void sync() {
        operator.sleep(Duration.ofMillis(random.nextInt(30)));
        disk.sync();
    }

    @Override
    public void close() {}

    // ---- administration

    @Override
    public EngineInfo info() {
        answers();
        return new EngineInfo("MariaDB", "11.4.5-MariaDB-log", 4711, 3306);
    }

    @Override
    public EngineState state() {
        takes(2);
        answers();
        return new EngineState(
                family.position(disk.position()),
                Optional.of(disk.lastLogged()).filter(gtid -> !gtid.isEmpty()).map(family::gtid),
                following,
                followError,
                !open);
    }

    @Override
    public void prepare() {
        takes(10);
        answers();
        stopApplier();
        closing = true;
        boolean closed = await(waiting::isEmpty, Duration.ofSeconds(5));
        closing = false;
        answers();
        if (!closed) {
            throw new EngineException("error 1205: Lock wait timeout exceeded");
        }
        open = false;
        if (disk.halfLoaded()) {
            throw new IncompleteCopyException("the loading of a copy was interrupted");
        }
    }

    private void stopApplier() {
        following = false;
        applierRuns++;
        followError = Optional.empty();
    }

    @Override
    public void follow(RelayAddress relay, EnginePosition from) {
        takes(10);
        answers();
        if (disk.halfLoaded()) {
            throw new IncompleteCopyException("the loading of a copy was interrupted");
        }
        if (open) {
            throw new IllegalStateException(name + " follows while open for writes");
        }
        stopApplier();
        serverId = FOLLOWER;
        String own = disk.lastLogged();
        boolean before = ModelTransaction.number(own) < ModelTransaction.number(from.text());
        if (!own.isEmpty() && !own.equals(from.text()) && !before) {
            throw new DivergedException("the binlog ends with " + own + ", which is not at or before " + from.text());
        }
        if (!disk.position().equals(from.text())) {
            disk.setPosition(from.text());
        }
        following = true;
        onFollow.run();
    }

    @Override
    public void stopFollowing() {
        takes(20);
        answers(SILENCE_OF_LEADER);
        stopApplier();
    }

    @Override
    public boolean awaitApplied(EnginePosition position, Duration timeout) {
        boolean there = await(
                () -> ModelTransaction.number(disk.position()) >= ModelTransaction.number(position.text()), timeout);
        answers(SILENCE_OF_LEADER);
        return there;
    }

    @Override
    public void prepareToLead(long epoch) {
        takes(10);
        answers(SILENCE_OF_LEADER);
        if (following) {
            throw new IllegalStateException(name + " is prepared to lead while it follows");
        }
        serverId = FIRST_EPOCH + epoch;
        syncsEach = true;
    }

    @Override
    public void syncCommits(boolean each) {
        takes(2);
        answers(SILENCE_OF_LEADER);
        syncsEach = each;
    }

    @Override
    public void openForWrites() {
        takes(5);
        answers(SILENCE_OF_LEADER);
        if (following) {
            throw new IllegalStateException(name + " is opened while it follows");
        }
        open = true;
    }

    @Override
    public boolean closeForWrites(Duration timeout) {
        takes(5);
        answers(SILENCE_OF_CLOSING.plus(timeout));
        closing = true;
        boolean closed = await(waiting::isEmpty, timeout);
        closing = false;
        answers(SILENCE_OF_CLOSING);
        open &= !closed;
        return closed;
    }

    @Override
    public void applyInParallel(boolean parallel) {
        answers(SILENCE_OF_LEADER);
    }

    @Override
    public void expectWriters(int writers) {
        answers(SILENCE_OF_LEADER);
    }

    // ---- copies

    @Override
    public SnapshotSource snapshotSource() {
        throw new UnsupportedOperationException("copies are taken with copy()");
    }

    /** Everything that is committed, at one instant: not a change of definitions that waits, which can be seen already. */
    String copy() {
        Set<String> waits = new HashSet<>();
        waiting.forEach(commit -> waits.add(commit.transaction().gtid()));
        List<ModelTransaction> transactions = disk.transactions().stream()
                .filter(transaction -> !waits.contains(transaction.gtid()))
                .toList();
        String last = transactions.stream()
                .max(Comparator.comparingLong(ModelTransaction::number))
                .map(ModelTransaction::gtid)
                .orElse(disk.position());
        return new ModelCopy(last, transactions).text();
    }

    @Override
    public Optional<FileCopies> files() {
        return Optional.ofNullable(files);
    }

    /** The folder goes, and the other one takes its name; the operator may end between. */
    private void replaceBy(ModelCopy copy) {
        if (alive) {
            throw new IllegalStateException("its files are replaced while it runs");
        }
        disk.wipe();
        takes(20);
        disk.initialize();
        disk.finishLoading(copy.content(), copy.position());
    }

    @Override
    public SnapshotLoader snapshotLoader() {
        answers();
        return (in, progress) -> {
            disk.beginLoading();
            String text = read(in);
            ModelCopy copy = ModelCopy.parse(text);
            answers();
            disk.finishLoading(copy.content(), copy.position());
            return family.position(copy.position());
        };
    }

    private String read(InputStream in) throws IOException {
        StringBuilder text = new StringBuilder();
        byte[] piece = new byte[1024];
        for (int count = in.read(piece); count >= 0; count = in.read(piece)) {
            answers();
            text.append(new String(piece, 0, count, StandardCharsets.US_ASCII));
        }
        return text.toString();
    }
}
