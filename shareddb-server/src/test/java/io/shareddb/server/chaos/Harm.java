package io.shareddb.server.chaos;

import io.shareddb.server.endtoend.DamagedFiles;
import io.shareddb.server.endtoend.Poll;
import io.shareddb.server.endtoend.Processes;
import io.shareddb.server.endtoend.SmallDisk;
import io.shareddb.server.endtoend.Trees;
import io.shareddb.server.layout.NodeLayout;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import java.util.stream.Stream;

/** Does faults to nodes. One thread. */
final class Harm {
    private static final Duration ENDS = Duration.ofSeconds(30);
    private static final int TWO_DAYS = 2 * 24 * 3600;

    private final Nodes nodes;
    private final boolean mySql;

    /** Ends what lasts. */
    interface Healing {
        Healing NOTHING = () -> {};

        void heal();
    }

    Harm(Nodes nodes, boolean mySql) {
        this.nodes = nodes;
        this.mySql = mySql;
    }

    /**
     * Begins {@code kind} at {@code node}.
     *
     * @param database of the present round
     */
    Healing begin(FaultKind kind, int node, Random random, String database)
            throws IOException, SQLException, InterruptedException {
        Network network = nodes.network();
        switch (kind) {
            case KILL_OPERATOR -> kill(nodes.operatorPid(node));
            case KILL_ENGINE -> kill(nodes.enginePid(node));
            case KILL_BOTH -> killBoth(node);
            case KILL_MAJORITY -> {
                for (int i = 0; i <= nodes.count() / 2; i++) {
                    killBoth((node + i) % nodes.count());
                }
            }
            case KILL_ALL -> nodes.all().forEach(this::killBoth);
            case TERMINATE -> signal(nodes.operatorPid(node), Processes::terminate);
            case DOWN -> {
                nodes.holdDown(node, true);
                killBoth(node);
                return () -> nodes.holdDown(node, false);
            }
            case STOP_OPERATOR -> {
                return stop(nodes.operatorPid(node));
            }
            case STOP_ENGINE -> {
                return stop(nodes.enginePid(node));
            }
            case STOP_BOTH -> {
                Healing operator = stop(nodes.operatorPid(node));
                Healing engine = stop(nodes.enginePid(node));
                return () -> {
                    engine.heal();
                    operator.heal();
                };
            }
            case ISOLATE ->
                others(node).forEach(other -> {
                    network.cut(node, other);
                    network.cut(other, node);
                });
            case CUT_OUT -> others(node).forEach(other -> network.cut(node, other));
            case CUT_IN -> others(node).forEach(other -> network.cut(other, node));
            case CUT_PAIR -> {
                int other = others(node).get(random.nextInt(nodes.count() - 1));
                network.cut(node, other);
                network.cut(other, node);
            }
            case RESET -> others(node).forEach(other -> network.reset(node, other));
            case SLOW -> {
                Duration delay = Duration.ofMillis(100L + random.nextInt(300));
                others(node).forEach(other -> network.delay(node, other, delay));
            }
            case ERRANT_ROW -> {
                inEngine(
                        node,
                        "SET GLOBAL " + (mySql ? "super_read_only" : "rpl_semi_sync_master_enabled") + " = 0",
                        "UPDATE " + database + ".counters SET n = n + 1000000 WHERE id = 0");
                kill(nodes.operatorPid(node));
            }
            case MISSING_ROW ->
                inEngine(
                        node,
                        mySql ? "SET GLOBAL super_read_only = 0" : "DO 0",
                        "SET SESSION sql_log_bin = 0",
                        "DELETE FROM " + database + ".counters");
            case TRANSFER ->
                nodes.ask(node, "/v1/cluster/transfer", "{\"to\":null,\"force\":" + random.nextBoolean() + "}");
            case DRAIN -> {
                drain(node, true);
                return () -> Poll.until("the node is drained no more", ENDS, () -> {
                    drain(node, false);
                    return true;
                });
            }
            case FILL_DISK -> {
                SmallDisk disk = nodes.disk(node);
                disk.fill();
                return () -> empty(disk);
            }
            case FAIL_DISK -> {
                SmallDisk disk = nodes.disk(node);
                disk.fail();
                return () -> replace(node, disk);
            }
            case JUMP_CLOCK -> {
                Clock clock = nodes.clock(node);
                clock.set(random.nextInt(-TWO_DAYS, TWO_DAYS));
                return () -> clock.set(0);
            }
            case REMOVE -> {
                String id = nodes.own(node).path("id").asText();
                nodes.ask(others(node).get(0), "/v1/cluster/remove", "{\"node\":\"" + id + "\",\"force\":false}");
                whileDown(node, Harm::loseAll);
            }
            case LOSE_ENGINE -> whileDown(node, layout -> lose(layout.data()));
            case LOSE_INDEX -> whileDown(node, layout -> lose(layout.archive()));
            case LOSE_LOG -> whileDown(node, layout -> lose(layout.log()));
            case DAMAGE_ENGINE -> whileDown(node, DamagedFiles::cutEngine);
            case DAMAGE_LOG -> whileDown(node, DamagedFiles::flipInLog);
        }
        return network::heal;
    }

    private static void empty(SmallDisk disk) {
        try {
            disk.empty();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** As somebody does who turns the machine off, puts another disk into it, and turns it on. */
    private void replace(int node, SmallDisk disk) {
        nodes.holdDown(node, true);
        try {
            nodes.killAllOf(node);
            disk.replace();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } finally {
            nodes.holdDown(node, false);
        }
    }

    private List<Integer> others(int node) {
        List<Integer> others = new ArrayList<>(nodes.all());
        others.remove(Integer.valueOf(node));
        return Collections.unmodifiableList(others);
    }

    private interface Signal {
        void to(long pid);
    }

    /** A process that is gone already needs none. */
    private static void signal(long pid, Signal signal) {
        if (pid > 0) {
            signal.to(pid);
        }
    }

    private static void kill(long pid) {
        signal(pid, Processes::kill);
    }

    private void killBoth(int node) {
        long engine = nodes.enginePid(node);
        kill(nodes.operatorPid(node));
        kill(engine);
    }

    private static Healing stop(long pid) {
        signal(pid, Processes::stop);
        return () -> signal(Processes.alive(pid) ? pid : 0, Processes::resume);
    }

    private void inEngine(int node, String... sql) throws IOException, SQLException, InterruptedException {
        try (Connection connection = nodes.connectEngine(node);
                Statement statement = connection.createStatement()) {
            for (String one : sql) {
                statement.execute(one);
            }
        }
    }

    private interface FileHarm {
        void to(NodeLayout layout) throws IOException;
    }

    private void whileDown(int node, FileHarm harm) throws IOException {
        nodes.holdDown(node, true);
        try {
            killBoth(node);
            harm.to(nodes.layout(node));
        } finally {
            nodes.holdDown(node, false);
        }
    }

    private void drain(int node, boolean on) throws IOException, InterruptedException {
        nodes.ask(node, "/v1/cluster/drain", "{\"node\":\"node" + (node + 1) + "\",\"on\":" + on + "}");
    }

    /** All that a node has written but for what it told people. */
    private static void loseAll(NodeLayout layout) throws IOException {
        try (Stream<Path> files = Files.list(layout.directory())) {
            for (Path file : files.toList()) {
                if (Files.isDirectory(file)) {
                    Trees.delete(file);
                } else if (file.toString().endsWith(".json") || file.toString().endsWith("engine.port")) {
                    Files.delete(file);
                }
            }
        }
    }

    private static void lose(Path directory) throws IOException {
        if (Files.exists(directory)) {
            Trees.delete(directory);
        }
    }
}
