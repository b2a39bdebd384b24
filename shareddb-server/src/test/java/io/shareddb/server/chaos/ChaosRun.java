package io.shareddb.server.chaos;

import io.shareddb.server.endtoend.EngineChoice;
import io.shareddb.server.endtoend.Engines;
import io.shareddb.server.endtoend.Poll;
import io.shareddb.server.endtoend.SmallDisk;
import io.shareddb.server.endtoend.Trees;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeSet;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A run: rounds of faults under load. Each round has a database and a history of its own and ends with all faults healed, all nodes
 * in sync, and everything checked. The first round that finds a violation is the last one, and its history and the nodes' files stay.
 */
final class ChaosRun {
    private static final Logger log = LoggerFactory.getLogger(ChaosRun.class);

    private static final Duration FORMED = Duration.ofMinutes(4);
    private static final Duration RECOVERED = Duration.ofMinutes(3);
    private static final Duration DEFINE_PAUSE = Duration.ofSeconds(1);
    private static final Duration LOAD_ONLY = Duration.ofSeconds(2);

    private final Settings settings;
    private final Schedule schedule;
    private final Report report = new Report();
    private final long endNanos;

    /**
     * What to do.
     *
     * @param seed of the schedule
     * @param duration after which no further fault is begun
     * @param faultsPerRound after which everything is checked
     * @param directory for nodes, histories and reports; emptied first, and of nodes when nothing was found
     */
    record Settings(
            long seed,
            Duration duration,
            int maxFaults,
            int faultsPerRound,
            List<FaultKind> kinds,
            int nodes,
            EngineChoice engine,
            Path directory) {}

    private ChaosRun(Settings settings) {
        this.settings = settings;
        this.schedule = new Schedule(settings.seed(), settings.kinds());
        this.endNanos = System.nanoTime() + settings.duration().toNanos();
    }

    /** Runs it; blocks. */
    static Report run(Settings settings) throws IOException, SQLException, InterruptedException {
        return new ChaosRun(settings).run();
    }

    private Report run() throws IOException, SQLException, InterruptedException {
        if (Files.exists(settings.directory())) {
            for (int node = 1; node <= settings.nodes(); node++) {
                SmallDisk.release(settings.directory().resolve("node" + node));
            }
            Trees.delete(settings.directory());
        }
        Files.createDirectories(settings.directory());
        report.say("seed", settings.seed());
        report.say("engine", settings.engine().toString());
        long began = System.nanoTime();
        Nodes nodes = Nodes.start(settings.engine(), settings.directory(), settings.nodes(), settings.kinds());
        try (nodes) {
            report.say("kinds", ids(settings.kinds().stream().filter(nodes::can)));
            report.say("not possible here", ids(settings.kinds().stream().filter(kind -> !nodes.can(kind))));
            nodes.awaitInSync(FORMED);
            int round = 0;
            while (more() && report.violations().isEmpty()) {
                round(nodes, ++round);
                report.say("rounds", round);
                report.say("seconds", (System.nanoTime() - began) / 1_000_000_000);
                report.write(settings.directory());
            }
        }
        if (report.violations().isEmpty()) {
            nodes.delete();
        }
        return report;
    }

    private static List<String> ids(Stream<FaultKind> kinds) {
        return kinds.map(FaultKind::id).toList();
    }

    private boolean more() {
        return System.nanoTime() < endNanos && report.faults() < settings.maxFaults();
    }

    private void round(Nodes nodes, int round) throws IOException, InterruptedException {
        String database = "chaos_" + round;
        History history = new History(settings.directory().resolve("history-" + round + ".jsonl"));
        try (history) {
            try {
                play(nodes, database, history);
            } catch (AssertionError | RuntimeException | SQLException | IOException e) {
                history.violation("the round could not be ended: " + e.getMessage());
                log.error("round {}", round, e);
            }
        }
        report.add(history);
        if (history.violations().isEmpty()) {
            Files.delete(history.file());
        }
    }

    private void play(Nodes nodes, String database, History history)
            throws IOException, SQLException, InterruptedException {
        List<Workload> workloads = List.of(
                new UniqueInserts(history),
                new BankTransfers(history),
                new ListAppends(history),
                new Counters(history),
                new ReadModifyWrites(history),
                new Tokens(history, nodes, database),
                new Definitions(history));
        prepare(nodes, database, workloads);
        try (Clients clients = new Clients(nodes, database, history)) {
            for (Workload workload : workloads) {
                boolean define = workload instanceof Definitions;
                clients.start(workload, define ? 1 : nodes.count(), define ? DEFINE_PAUSE : Duration.ZERO);
            }
            pause(LOAD_ONLY);
            for (int i = 0;
                    i < settings.faultsPerRound()
                            && more()
                            && history.violations().isEmpty();
                    i++) {
                fault(nodes, database, history, schedule.next());
            }
            awaitRecovery(nodes, history);
        }
        check(nodes, database, history, workloads);
    }

    private static void prepare(Nodes nodes, String database, List<Workload> workloads) {
        Poll.until("database " + database + " is made", Duration.ofMinutes(1), () -> {
            int leader = nodes.leader().orElseThrow();
            try (Connection connection = nodes.connect(leader, "", "");
                    Statement statement = connection.createStatement()) {
                statement.execute("DROP DATABASE IF EXISTS " + database);
                statement.execute("CREATE DATABASE " + database);
                statement.execute("USE " + database);
                for (Workload workload : workloads) {
                    workload.prepare(statement);
                }
                return true;
            }
        });
        nodes.awaitInSync(RECOVERED);
    }

    private void fault(Nodes nodes, String database, History history, Fault fault)
            throws IOException, InterruptedException {
        if (!nodes.can(fault.kind())) {
            return;
        }
        Random random = new Random(fault.salt());
        if (fault.kind().takesALog()) {
            awaitRecovery(nodes, history);
        }
        int leader = Poll.value(() -> "a leader; " + nodes.describe(), RECOVERED, nodes::leader);
        int node = fault.leader() ? leader : (leader + 1 + random.nextInt(nodes.count() - 1)) % nodes.count();
        log.info("{} at node{}", fault, node + 1);
        history.note("fault", fault + " at node" + (node + 1));
        long from = history.millis();
        Harm.Healing healing = Harm.Healing.NOTHING;
        try {
            healing = new Harm(nodes, settings.engine().isMySql()).begin(fault.kind(), node, random, database);
            if (lasts(fault.kind())) {
                pause(fault.hold());
            }
        } catch (SQLException | IOException e) {
            history.note("skipped", fault + ": " + e);
            log.info("{} could not be done: {}", fault, e.toString());
            pause(fault.pause());
            return;
        } finally {
            healing.heal();
        }
        history.note("healed", fault.toString());
        long healed = history.millis();
        Duration recovery = Duration.ofMillis(-1);
        if (fault.awaitRecovery() || fault.kind().takesALog()) {
            pause(Duration.ofSeconds(1)); // what was done must have been noticed before its end can be seen
            awaitRecovery(nodes, history);
            recovery = Duration.ofMillis(history.millis() - healed);
        }
        pause(fault.pause());
        Duration silence = history.longestSilence(from, history.millis());
        log.info("{}: no write for {} ms, recovered after {} ms", fault, silence.toMillis(), recovery.toMillis());
        report.fault(fault, silence, recovery);
    }

    private static boolean lasts(FaultKind kind) {
        return switch (kind) {
            case DOWN,
                    STOP_OPERATOR,
                    STOP_ENGINE,
                    STOP_BOTH,
                    ISOLATE,
                    CUT_OUT,
                    CUT_IN,
                    CUT_PAIR,
                    SLOW,
                    DRAIN,
                    FILL_DISK,
                    FAIL_DISK,
                    JUMP_CLOCK -> true;
            case KILL_OPERATOR,
                    KILL_ENGINE,
                    KILL_BOTH,
                    KILL_MAJORITY,
                    KILL_ALL,
                    TERMINATE,
                    RESET,
                    ERRANT_ROW,
                    MISSING_ROW,
                    LOSE_ENGINE,
                    TRANSFER,
                    REMOVE,
                    LOSE_INDEX,
                    DAMAGE_ENGINE,
                    DAMAGE_LOG,
                    LOSE_LOG -> false;
        };
    }

    /** Nobody helps a node; one that does not come back is a violation. */
    private static void awaitRecovery(Nodes nodes, History history) {
        try {
            Poll.until(() -> "every node is ready again; " + nodes.describe(), RECOVERED, nodes::ready);
        } catch (AssertionError e) {
            history.violation("a node needs a human: " + e.getMessage());
        }
    }

    /** All engines hold the same, and it is what clients were told. */
    private void check(Nodes nodes, String database, History history, List<Workload> workloads)
            throws IOException, SQLException, InterruptedException {
        nodes.awaitInSync(RECOVERED);
        Map<String, String> first = content(nodes, 0);
        for (int node = 1; node < nodes.count(); node++) {
            Map<String, String> other = content(nodes, node);
            TreeSet<String> names = new TreeSet<>(first.keySet());
            names.addAll(other.keySet());
            for (String name : names) {
                String here = first.getOrDefault(name, "(missing)");
                String there = other.getOrDefault(name, "(missing)");
                if (!here.equals(there)) {
                    history.violation(name + " is " + here + " in the engine of node1, " + there + " in that of node"
                            + (node + 1));
                }
            }
        }
        try (Connection connection = nodes.connectEngine(0);
                Statement statement = connection.createStatement()) {
            statement.execute("USE " + database);
            for (Workload workload : workloads) {
                workload.check(statement);
            }
        }
        if (history.violations().isEmpty()) {
            try (Connection connection = nodes.connect(nodes.leader().orElse(0), "", "");
                    Statement statement = connection.createStatement()) {
                statement.execute("DROP DATABASE " + database);
            } catch (SQLException e) {
                log.info("{} stays: {}", database, e.getMessage());
            }
        }
    }

    private static Map<String, String> content(Nodes nodes, int node)
            throws IOException, SQLException, InterruptedException {
        try (Connection connection = nodes.connectEngine(node)) {
            return Engines.content(connection);
        }
    }

    private static void pause(Duration duration) throws InterruptedException {
        boolean unused = new CountDownLatch(1).await(duration.toMillis(), TimeUnit.MILLISECONDS);
    }
}
