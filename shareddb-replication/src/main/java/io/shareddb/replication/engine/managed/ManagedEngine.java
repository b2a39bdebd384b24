package io.shareddb.replication.engine.managed;

import io.shareddb.replication.engine.BrokenEngineException;
import io.shareddb.replication.engine.Credentials;
import io.shareddb.replication.engine.DataSourceFactory;
import io.shareddb.replication.engine.EngineAccess;
import io.shareddb.replication.engine.EngineException;
import io.shareddb.replication.engine.EngineFamily;
import io.shareddb.replication.engine.EnginePosition;
import io.shareddb.replication.engine.EngineProcess;
import io.shareddb.replication.snapshot.FileCopies;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.channels.FileChannel;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A MariaDB or MySQL server as a child process, on 127.0.0.1, with its files in one folder:
 * <pre>
 * data/         what the engine keeps
 * engine.log    what it says; engine.log.1 before that
 * engine.pid    its process, for people
 * engine.sock   its Unix socket
 * incoming/     a copy that is being received
 * outgoing/     a copy that is being given
 * tmp/          its temporary tables
 * engine.lock   held while an operator manages this folder
 * </pre>
 * The process survives its operator's death; the next operator ends it before it starts its own. Thread-safe: starting,
 * stopping and wiping exclude each other; {@link #kill} does not wait for a start and so ends one that hangs, and nobody who only
 * asks waits for anything.
 */
public final class ManagedEngine implements EngineProcess {
    private static final Logger log = LoggerFactory.getLogger(ManagedEngine.class);
    private static final Duration KILL_LIMIT = Duration.ofSeconds(20);
    private static final int POLL_MILLIS = 10;

    /** What an engine needs for its temporary files, and some more. */
    private static final long ROOM_BYTES = 128_000_000;

    private final ManagedEngineConfig config;
    private final DataDirectory data;
    private final EngineProgram program;
    private final EngineFamily family;
    private final EngineCopies copies;
    private volatile Supplier<EnginePosition> committed;

    private volatile @Nullable Process process;
    private volatile CompletableFuture<Integer> exited = CompletableFuture.completedFuture(0);
    private volatile @Nullable EngineAccess access;
    private DataSourceFactory.@Nullable Connections connections; // guarded by this
    private @Nullable FileChannel lock; // guarded by this

    public ManagedEngine(ManagedEngineConfig config) {
        this.config = config;
        this.program = config.binaries().product().program();
        this.family = program.family();
        this.committed = () -> family.position("");
        this.data = new DataDirectory(config.directory().resolve("data"), config.cache(), config.binaries());
        this.copies = new EngineCopies(
                config.directory(),
                data.path(),
                family,
                config.binaries().version().toString(),
                this::access,
                this::replaceBy);
    }

    /** All kinds of engines that can be run. */
    public static List<EngineFamily> families() {
        return Stream.of(EngineBinaries.Product.values())
                .map(product -> product.program().family())
                .toList();
    }

    @Override
    public void knowCommitted(Supplier<EnginePosition> known) {
        committed = known;
    }

    @Override
    public synchronized boolean start() throws InterruptedException {
        if (alive()) {
            return false;
        }
        long begin = System.nanoTime();
        takeFolder();
        requireFreePort();
        boolean anew = EngineFiles.checked("cannot make an engine's data in " + data.path(), data::ensure);
        boolean accounts = !data.accountsMade();
        if (!anew) {
            EngineFiles.run("cannot cut the binlog in " + data.path(), () -> {
                program.cutTail(data.path(), committed);
            });
        }
        launch(accounts);
        try {
            awaitAnswer(begin + config.startTimeout().toNanos());
            if (accounts) {
                EngineFiles.run("cannot write to " + data.path(), () -> {
                    data.markAccountsMade();
                });
            }
        } catch (EngineException | InterruptedException e) {
            kill();
            throw e;
        }
        log.info(
                "engine started: product={} version={} pid={} port={} anew={} millis={}",
                program.product(),
                config.binaries().version(),
                pid(),
                config.port(),
                anew,
                (System.nanoTime() - begin) / 1_000_000);
        return anew;
    }

    private void launch(boolean makeAccounts) {
        Path directory = config.directory();
        Path logFile = logFile();
        Path initFile = directory.resolve("engine-init.sql");
        Credentials operator = Accounts.newOperator();
        closeConnections();
        process = EngineFiles.checked("cannot start " + config.binaries().server(), () -> {
            EngineLog.rotate(logFile);
            Accounts.writePrivately(initFile, program.accounts(operator, config.clients(), makeAccounts));
            Process started = new ProcessBuilder(EngineOptions.of(config, data.path(), initFile))
                    .directory(directory.toFile())
                    .redirectInput(new java.io.File("/dev/null"))
                    .redirectErrorStream(true)
                    .redirectOutput(ProcessBuilder.Redirect.appendTo(logFile.toFile()))
                    .start();
            Files.writeString(directory.resolve("engine.pid"), started.pid() + "\n");
            return started;
        });
        DataSourceFactory.Connections opened = config.connections().open("127.0.0.1", config.port(), operator);
        connections = opened;
        access = new EngineAccess(
                "127.0.0.1",
                config.port(),
                Optional.of(EngineOptions.socket(directory)),
                operator,
                opened.dataSource(),
                true);
        exited = process.onExit().thenApply(Process::exitValue);
    }

    /** First a greeting, then a query: connecting to a server that is not there yet is cheap, logging in is not. */
    private void awaitAnswer(long deadline) throws InterruptedException {
        while (!greets()) {
            Process started = process;
            if (started == null || started.waitFor(POLL_MILLIS, TimeUnit.MILLISECONDS)) {
                throw new BrokenEngineException("engine ended while it started, exit code "
                        + (started == null ? "unknown" : started.exitValue()) + "; " + EngineLog.tail(logFile()));
            }
            if (System.nanoTime() > deadline) {
                throw new BrokenEngineException("engine does not answer on port " + config.port() + " after "
                        + config.startTimeout().toSeconds() + "s; " + EngineLog.tail(logFile()));
            }
        }
        try (Connection connection = access().administration().getConnection();
                var statement = connection.createStatement()) {
            statement.execute("SELECT 1");
            Files.deleteIfExists(config.directory().resolve("engine-init.sql"));
        } catch (SQLException | IOException e) {
            throw new BrokenEngineException(
                    "engine on port " + config.port() + " does not let its operator in: " + e.getMessage() + "; "
                            + EngineLog.tail(logFile()),
                    e);
        }
    }

    private boolean greets() {
        try (Socket socket = new Socket()) {
            socket.connect(new InetSocketAddress(InetAddress.getLoopbackAddress(), config.port()), 1000);
            socket.setSoTimeout(1000);
            return socket.getInputStream().read() >= 0;
        } catch (IOException e) {
            return false;
        }
    }

    private void requireFreePort() {
        try (ServerSocket socket = new ServerSocket()) {
            socket.setReuseAddress(true);
            socket.bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), config.port()));
        } catch (IOException e) {
            throw new EngineException(
                    "port " + config.port() + " of the engine is in use: " + e.getMessage()
                            + " (expected: free on 127.0.0.1)",
                    e);
        }
    }

    private void takeFolder() throws InterruptedException {
        Path directory = config.directory();
        boolean first = lock == null;
        EngineFiles.run("cannot use " + directory + " for an engine", () -> {
            DataDirectory.makeFolder(directory);
            DataDirectory.makeFolder(EngineOptions.temporary(directory));
            if (first) {
                lockFolder();
            }
        });
        LeftoverProcess.end(data.path());
        if (first) {
            EngineFiles.run("cannot use " + directory + " for an engine", copies::clean);
        }
    }

    private void lockFolder() throws IOException {
        FileChannel channel = FileChannel.open(
                config.directory().resolve("engine.lock"), StandardOpenOption.CREATE, StandardOpenOption.WRITE);
        boolean held = false;
        try {
            held = channel.tryLock() != null;
        } catch (OverlappingFileLockException e) {
            throw new EngineException(config.directory() + " is in use by another operator of this process", e);
        } finally {
            if (!held) {
                channel.close();
            }
        }
        if (!held) {
            throw new EngineException(config.directory() + " is in use by another operator");
        }
        lock = channel;
    }

    @Override
    public boolean managed() {
        return true;
    }

    @Override
    public void kill() {
        Process running = process;
        if (running != null) {
            running.destroyForcibly();
            awaitEnd(running, KILL_LIMIT);
        }
    }

    @Override
    public synchronized void stop(Duration grace) {
        Process running = process;
        closeConnections();
        if (running == null || !running.isAlive()) {
            return;
        }
        running.destroy();
        if (!awaitEnd(running, grace)) {
            log.warn("engine did not stop in time, killing it: pid={} graceMillis={}", running.pid(), grace.toMillis());
            kill();
        }
        deletePidFile();
    }

    private void deletePidFile() {
        EngineFiles.checked(
                "cannot delete engine.pid",
                () -> Files.deleteIfExists(config.directory().resolve("engine.pid")));
    }

    private static boolean awaitEnd(Process running, Duration limit) {
        try {
            return running.waitFor(limit.toMillis(), TimeUnit.MILLISECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return !running.isAlive();
        }
    }

    @Override
    public CompletionStage<Integer> exited() {
        return exited.minimalCompletionStage();
    }

    @Override
    public boolean alive() {
        Process running = process;
        return running != null && running.isAlive();
    }

    @Override
    public long pid() {
        Process running = process;
        return running != null && running.isAlive() ? running.pid() : 0;
    }

    @Override
    public EngineAccess access() {
        EngineAccess now = access;
        if (now == null) {
            throw new EngineException("the engine was not started");
        }
        return now;
    }

    @Override
    public EngineFamily family() {
        return family;
    }

    @Override
    public synchronized void wipe() {
        if (alive()) {
            throw new EngineException("cannot delete " + data.path() + ": its engine runs, pid " + pid());
        }
        EngineFiles.run("cannot delete " + data.path(), () -> {
            data.wipe();
        });
    }

    @Override
    public Optional<FileCopies> files() {
        return Optional.of(copies);
    }

    private synchronized void replaceBy(Path other) {
        if (alive()) {
            throw new EngineException("cannot replace " + data.path() + ": its engine runs, pid " + pid());
        }
        EngineFiles.run("cannot replace " + data.path(), () -> {
            data.replaceBy(other);
        });
    }

    @Override
    public void sync() {
        EngineFiles.run("cannot sync " + data.path(), data::sync);
    }

    @Override
    public boolean hasRoom() {
        try {
            return Files.getFileStore(config.directory()).getUsableSpace() >= ROOM_BYTES;
        } catch (IOException e) {
            return false; // a disk that does not even tell that
        }
    }

    private Path logFile() {
        return config.directory().resolve("engine.log");
    }

    private synchronized void closeConnections() {
        access = null;
        if (connections != null) {
            connections.close();
            connections = null;
        }
    }

    /** Kills the engine if it still runs; {@link #stop} it first. */
    @Override
    public synchronized void close() {
        kill();
        closeConnections();
        if (lock != null) {
            deletePidFile();
            FileChannel held = lock;
            lock = null;
            EngineFiles.run("cannot release " + config.directory(), () -> {
                held.close();
            });
        }
    }
}
