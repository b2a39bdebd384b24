package io.shareddb.replication.engine.external;

import io.shareddb.replication.engine.Credentials;
import io.shareddb.replication.engine.DataSourceFactory;
import io.shareddb.replication.engine.EngineAccess;
import io.shareddb.replication.engine.EngineContent;
import io.shareddb.replication.engine.EngineException;
import io.shareddb.replication.engine.EngineFamily;
import io.shareddb.replication.engine.EnginePosition;
import io.shareddb.replication.engine.EngineProcess;
import io.shareddb.replication.engine.sql.AdminSession;
import io.shareddb.replication.engine.sql.Content;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * An engine that somebody else runs. It belongs to one node once that took it ({@link OwnerMarker}); an engine of another node is never
 * changed. Thread-safe: starting, stopping and killing exclude each other; each has limits.
 *
 * <p>{@link #start} tries once; whoever calls it tries again for as long as the engine is away. What it did not start, it cannot end:
 * {@link #kill} ends all sessions and lets go the commits that wait for an acknowledgement. They may be in the engine without being in
 * the history; the comparison with the history finds that, and a copy replaces the engine's content.
 */
public final class ExternalEngine implements EngineProcess {
    private static final Logger log = LoggerFactory.getLogger(ExternalEngine.class);
    private static final int ANSWER_MILLIS = 60_000;
    private static final int LOCK_SECONDS = 5;

    private final ExternalEngineConfig config;
    private final ExternalDialect dialect;
    private volatile Supplier<EnginePosition> committed;
    private volatile boolean alive;
    private volatile CompletableFuture<Integer> exited = CompletableFuture.completedFuture(0);
    private boolean owned; // guarded by this: the marker said so at the last start
    private @Nullable Credentials account; // guarded by this
    private volatile @Nullable EngineAccess access; // null when it is not there; its host is an address
    private DataSourceFactory.@Nullable Connections connections; // guarded by this
    private @Nullable RestartWatch watch; // guarded by this

    /** @param family which kind it is; {@link #familyOf} finds it out */
    public ExternalEngine(ExternalEngineConfig config, EngineFamily family) {
        this.config = config;
        this.dialect = dialect(config, family);
        this.committed = () -> family.position("");
    }

    /**
     * Asks the engine which kind it is; blocks some seconds.
     *
     * @throws EngineException if it does not answer or does not let us in
     */
    public static EngineFamily familyOf(ExternalEngineConfig config) {
        try (DataSourceFactory.Connections entry = open(config);
                AdminSession session = enter(config, entry)) {
            return familyOf(config, session);
        }
    }

    private static EngineFamily familyOf(ExternalEngineConfig config, AdminSession session) {
        String version = session.value("SELECT VERSION()");
        return config.dialects().stream()
                .filter(each -> each.speaks(version))
                .map(ExternalDialect::family)
                .findFirst()
                .orElseThrow(() -> new EngineException(
                        "the engine at " + config.place() + " is '" + version + "', which is not known"));
    }

    /**
     * Looks at an engine that nobody has taken yet; changes nothing, blocks some seconds.
     *
     * @return what it holds; it can be kept
     * @throws EngineException if it does not answer, is somebody else's, or cannot be used as it is
     */
    public static EngineContent examine(ExternalEngineConfig config) {
        try (DataSourceFactory.Connections entry = open(config);
                AdminSession session = enter(config, entry)) {
            if (!OwnerMarker.missing(session)) {
                OwnerMarker.check(session, config.place(), config.owner());
            }
            ExternalDialect dialect = dialect(config, familyOf(config, session));
            EngineContent content = Content.summary(session);
            List<String> problems = new ArrayList<>(dialect.problems(session));
            if (!content.nothing() && problems.isEmpty()) {
                ExistingContent.problems(session, problems);
            }
            check(config, dialect, problems);
            return content;
        }
    }

    private static ExternalDialect dialect(ExternalEngineConfig config, EngineFamily family) {
        return config.dialects().stream()
                .filter(each -> each.family().name().equals(family.name()))
                .findFirst()
                .orElseThrow();
    }

    private static void check(ExternalEngineConfig config, ExternalDialect dialect, List<String> problems) {
        if (!problems.isEmpty()) {
            throw new EngineException("the engine at " + config.place() + " cannot be used: "
                    + String.join("; ", problems) + ". Its configuration file needs: " + dialect.configuration());
        }
    }

    private static DataSourceFactory.Connections open(ExternalEngineConfig config) {
        return config.connections().open(config.host(), config.port(), config.entry());
    }

    /** A session as the account that the operator was given; used for one thing and not handed on. */
    private static AdminSession enter(ExternalEngineConfig config, DataSourceFactory.Connections entry) {
        try {
            AdminSession session = AdminSession.open(entry.dataSource());
            session.connection().setNetworkTimeout(Runnable::run, ANSWER_MILLIS);
            return session;
        } catch (EngineException | SQLException e) {
            throw new EngineException(
                    "the engine at " + config.place() + " does not let "
                            + config.entry().user() + " in: " + RestartWatch.rootMessage(e),
                    e);
        }
    }

    /** Data are kept only where no history has begun yet. What must not be there is found by comparing: nothing is cut off. */
    @Override
    public void knowCommitted(Supplier<EnginePosition> known) {
        committed = known;
    }

    @Override
    public synchronized boolean start() throws InterruptedException {
        if (alive) {
            return false;
        }
        leave();
        owned = false;
        boolean first;
        try (DataSourceFactory.Connections entry = open(config);
                AdminSession session = enter(config, entry)) {
            first = take(session);
        }
        Credentials operator = account;
        if (operator == null) {
            throw new IllegalStateException("the engine was taken without an account");
        }
        String address = address();
        DataSourceFactory.Connections opened = config.connections().open(address, config.port(), operator);
        connections = opened;
        CompletableFuture<Integer> ending = new CompletableFuture<>();
        try {
            watch = new RestartWatch(config.place(), opened.dataSource(), why -> ended(ending, why));
        } catch (EngineException e) {
            leave();
            throw new EngineException(
                    "the engine at " + config.place() + " does not let its operator in: " + RestartWatch.rootMessage(e),
                    e);
        }
        access = new EngineAccess(address, config.port(), Optional.empty(), operator, opened.dataSource(), false);
        exited = ending;
        alive = true;
        log.info(
                "external engine is ready: family={} at={} empty={}",
                dialect.family().name(),
                config.place(),
                first);
        return first;
    }

    /** Looked up at each start: nobody else has to, and it may change. */
    private String address() {
        try {
            return InetAddress.getByName(config.host()).getHostAddress();
        } catch (UnknownHostException e) {
            throw new EngineException("the engine's host is not known: " + config.host(), e);
        }
    }

    /** Two operators that were given the same engine exclude each other here. @return whether it is empty and was taken anew */
    private boolean take(AdminSession session) {
        if (!session.value("SELECT GET_LOCK('shareddb_node', " + LOCK_SECONDS + ")")
                .equals("1")) {
            throw new EngineException("another operator examines the engine at " + config.place());
        }
        EngineFamily found = familyOf(config, session);
        if (!found.name().equals(dialect.family().name())) {
            throw new EngineException("the engine at " + config.place() + " is of the family " + found.name()
                    + " (expected: " + dialect.family().name() + ", as before)");
        }
        boolean first = OwnerMarker.missing(session);
        if (!first) {
            OwnerMarker.check(session, config.place(), config.owner());
        }
        List<String> problems = new ArrayList<>(dialect.problems(session));
        ExistingContent content = first
                ? ExistingContent.of(session, config.existing(), committed.get(), problems)
                : ExistingContent.untouched();
        check(config, dialect, problems);
        owned = true;
        dialect.release(session);
        dialect.beginSetup(session);
        content.dropEmpty(session);
        dialect.set(session);
        if (first) {
            dialect.forgetHistory(session);
            if (content.kept()) {
                dialect.beginHistory(session, config.owner().cluster());
            }
        }
        if (first || !config.owner().formerNode().isEmpty()) {
            OwnerMarker.make(session, config.owner());
        }
        Credentials operator = OperatorAccount.random();
        String seen = session.value("SELECT USER()");
        dialect.makeOperator(session, operator, seen.substring(seen.lastIndexOf('@') + 1));
        dialect.endSetup(session);
        account = operator;
        return first && !content.kept();
    }

    private void ended(CompletableFuture<Integer> ending, String why) {
        log.warn("external engine at {}: {}", config.place(), why);
        synchronized (this) {
            if (ending == exited) {
                alive = false;
                leave(); // whoever waits for an answer of the former process gets an error
            }
        }
        ending.completeExceptionally(new EngineException("the engine at " + config.place() + ": " + why));
    }

    @Override
    public boolean managed() {
        return false;
    }

    @Override
    public synchronized void kill() {
        boolean was = alive;
        alive = false;
        leave();
        if (was && owned) {
            try (DataSourceFactory.Connections entry = open(config);
                    AdminSession session = enter(config, entry)) {
                OwnerMarker.check(session, config.place(), config.owner());
                dialect.release(session);
            } catch (EngineException e) { // its next start does it before anything else
                log.warn("external engine at {} was not fenced: {}", config.place(), e.getMessage());
            }
        }
        exited.complete(0);
    }

    /** Leaves it running, read-only, and without anything that asks for its operator. */
    @Override
    public synchronized void stop(Duration grace) {
        if (alive) {
            try {
                dialect.family().administer(access()).stopFollowing();
            } catch (EngineException e) {
                log.warn("external engine at {} goes on asking for its operator: {}", config.place(), e.getMessage());
            }
        }
        alive = false;
        leave();
        exited.complete(0);
    }

    private synchronized void leave() {
        access = null;
        if (watch != null) {
            watch.close();
            watch = null;
        }
        if (connections != null) {
            connections.close();
            connections = null;
        }
    }

    @Override
    public CompletionStage<Integer> exited() {
        return exited.minimalCompletionStage();
    }

    @Override
    public boolean alive() {
        return alive;
    }

    @Override
    public long pid() {
        return 0;
    }

    @Override
    public EngineAccess access() {
        EngineAccess now = access;
        if (now == null) {
            throw new EngineException("the engine at " + config.place() + " is not there");
        }
        return now;
    }

    @Override
    public EngineFamily family() {
        return dialect.family();
    }

    @Override
    public void wipe() {
        throw new EngineException("the engine at " + config.place() + " is not ours to wipe");
    }

    @Override
    public void sync() {
        throw new EngineException("the files of the engine at " + config.place() + " are out of reach");
    }

    /** Leaves the engine as it is; {@link #stop} it first. */
    @Override
    public synchronized void close() {
        alive = false;
        leave();
    }
}
