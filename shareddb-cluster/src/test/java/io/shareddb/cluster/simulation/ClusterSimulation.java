package io.shareddb.cluster.simulation;

import io.shareddb.cluster.member.Member;
import io.shareddb.cluster.member.Membership;
import io.shareddb.cluster.member.PeerAddress;
import io.shareddb.cluster.role.NodeState;
import io.shareddb.replication.log.LogState;
import io.shareddb.replication.log.Members;
import io.shareddb.replication.log.NodeId;
import io.shareddb.replication.log.simulation.SimulatedNetwork;
import io.shareddb.replication.log.simulation.VirtualTime;
import io.shareddb.replication.segment.MemoryDisk;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Random;
import java.util.function.Consumer;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/**
 * One schedule: a cluster of whole nodes, a seed that decides everything, some seconds of trouble while clients write, then peace, in
 * which every node must serve again by itself and hold the same.
 */
final class ClusterSimulation {
    private static final int FIRST_PORT = 7_000;
    private static final int MAX_NODES = 9;
    private static final Duration PATIENCE = Duration.ofMinutes(3);
    private static final Duration SHORTLY = Duration.ofSeconds(30);
    private static final Duration LOOK = Duration.ofMillis(100);

    private final long seed;
    private final Random random;
    private final VirtualTime time = new VirtualTime();
    private final Stage stage = new Stage(time);
    private final SimulatedNetwork network;
    private final Ledger ledger = new Ledger(stage);
    private final List<ModelNode> nodes = new ArrayList<>();
    private final List<NodeId> lost = new ArrayList<>(); // their volumes are
    private final ModelNode.World world;
    private final int writeEveryMillis;
    private final int disturbEveryMillis;
    private final boolean changing;
    private boolean peace;
    private int numbers;
    private int writes;
    private int faults;

    /**
     * @param directory for the archives' indexes, which are real files
     * @param trace hears what happens
     */
    ClusterSimulation(long seed, Path directory, ModelEngine.Kind engines, Consumer<String> trace) {
        this.seed = seed;
        this.random = new Random(seed);
        this.network = new SimulatedNetwork(time, random);
        int size = random.nextInt(8) == 0 ? 5 : random.nextInt(12) == 0 ? 1 : 3;
        this.changing = size > 1 && random.nextInt(2) == 0;
        this.writeEveryMillis = 4 + random.nextInt(60);
        this.disturbEveryMillis = 200 + random.nextInt(2_500);
        this.numbers = size;
        List<Member> founders =
                IntStream.rangeClosed(1, size).mapToObj(i -> member(i, i)).toList();
        ModelNode.Shape shape = new ModelNode.Shape(
                1024 + random.nextInt(8192),
                10 + random.nextInt(60),
                random.nextInt(2) == 0 ? 4_000 : 1L << 30,
                random.nextInt(3) == 0 ? 20 : 10_000,
                random.nextInt(3) == 0 ? Optional.of(Duration.ofSeconds(5)) : Optional.empty(),
                engines);
        this.world = new ModelNode.World(
                stage,
                time,
                network,
                random,
                ledger,
                directory,
                new Membership("simulation", "simulation", founders),
                this::at,
                what -> trace.accept(String.format(Locale.ROOT, "%10.4f %s", time.nanos() / 1e9, what)),
                shape);
        founders.forEach(member -> nodes.add(new ModelNode(world, member, true)));
    }

    /** A node with this number in its id, at an address of that place. */
    private static Member member(int number, int place) {
        int port = FIRST_PORT + place * 10;
        return new Member(new NodeId("n" + number), "node" + number, "127.0.0.1", port, port + 1, port + 2, port + 3);
    }

    private @Nullable ModelNode at(PeerAddress address) {
        for (int i = nodes.size() - 1; i >= 0; i--) { // the newest of those that ever were there
            ModelNode node = nodes.get(i);
            if (node.member().api().equals(address)) {
                return node.isUp() ? node : null;
            }
        }
        return null;
    }

    /** Runs everything; throws an {@link AssertionError} if a promise is broken. Returns the number of acknowledged rows. */
    int run() {
        stage.perform(this::script);
        return ledger.acknowledgedCount();
    }

    int faults() {
        return faults;
    }

    private void trace(String what) {
        world.trace().accept(what);
    }

    private void script() {
        nodes.forEach(node -> after(random.nextInt(300), () -> begin(node)));
        network.trouble(0, 0, 0.001);
        after(100, this::write);
        stage.sleep(Duration.ofMillis(random.nextInt(4) == 0 ? random.nextInt(2_000) : 3_000));
        network.trouble(
                random.nextInt(3) == 0 ? 0.05 * random.nextDouble() : 0,
                random.nextInt(3) == 0 ? 0.1 * random.nextDouble() : 0,
                random.nextInt(2) == 0 ? 0.05 * random.nextDouble() : 0.001);
        nodes.forEach(this::breakAtWrites);
        disturb();
        revive();
        stage.sleep(Duration.ofMillis(2_000 + random.nextInt(20_000)));
        peace();
    }

    private void after(int millis, Runnable action) {
        time.after(millis * 1_000_000L, action);
    }

    // ---- clients

    private void write() {
        if (peace) {
            return;
        }
        int burst = random.nextInt(10) == 0 ? 1 + random.nextInt(20) : 1;
        for (int i = 0; i < burst; i++) {
            write(nodes.get(random.nextInt(nodes.size())));
        }
        after(1 + random.nextInt(2 * writeEveryMillis), this::write);
    }

    /** A client of any node; what the leader refuses at once was not done. */
    private void write(ModelNode first) {
        ModelNode leader = first.isUp()
                ? nodes.stream()
                        .filter(node -> node.isUp() && node.role().view().writable())
                        .max(Comparator.comparingLong(node -> node.role().view().epoch()))
                        .orElse(first)
                : first;
        ModelNode target = random.nextInt(10) == 0 ? first : leader; // a deposed leader may be written to as well
        String key = "k" + ++writes;
        int rows = random.nextInt(12) == 0 ? 2 + random.nextInt(12) : 1;
        target.write(IntStream.range(0, rows).mapToObj(i -> key + "." + i).toList());
    }

    // ---- trouble

    private void disturb() {
        if (peace) {
            return;
        }
        faults++;
        ModelNode node = nodes.get(random.nextInt(nodes.size()));
        if (random.nextInt(2) == 0) { // the leader is where most can go wrong
            node = nodes.stream()
                    .filter(other -> other.isUp() && other.role().view().writable())
                    .findFirst()
                    .orElse(node);
        }
        fault(node);
        if (random.nextInt(3) == 0) {
            network.heal();
        }
        after(random.nextInt(disturbEveryMillis), this::disturb);
    }

    private void fault(ModelNode node) {
        if (world.shape().engines().hanging() && random.nextInt(8) == 0) {
            hang(node);
            return;
        }
        switch (random.nextInt(changing ? 20 : 16)) {
            case 0, 1 -> {
                node.killOperator();
                restart(node);
            }
            case 2, 3 -> {
                trace(node.id() + ": the engine ends");
                node.engine().die();
            }
            case 4 -> {
                node.killOperator();
                node.engine().die();
                restart(node);
            }
            case 5, 6 -> losePower(node);
            case 7 -> nodes.forEach(this::losePower);
            case 8 -> {
                trace(node.id() + " is isolated");
                network.isolate(node.id(), nodes.stream().map(ModelNode::id).toList());
            }
            case 9 -> {
                NodeId other = nodes.get(random.nextInt(nodes.size())).id();
                trace(node.id() + " does not reach " + other);
                network.cut(node.id(), other);
            }
            case 10 -> node.disk().failAfter(random.nextInt(30), random.nextInt(300));
            case 11 -> transfer(node);
            case 12 -> {
                node.stop();
                restart(node);
            }
            case 13 -> drain(node);
            case 14 -> loseEngineFiles(node);
            case 15 -> network.refused(node.id(), 0.5);
            case 16, 17 -> join();
            case 18 -> remove(node);
            default -> replace(node);
        }
    }

    private void hang(ModelNode node) {
        trace(node.id() + ": the engine hangs");
        node.engine().hang();
        if (random.nextBoolean()) {
            after(random.nextInt(15_000), node.engine()::resume);
        }
    }

    /** Where a disk failed, only another process helps, and perhaps another machine. */
    private void revive() {
        for (ModelNode node : List.copyOf(nodes)) {
            if (node.hasFailed()) {
                if (random.nextBoolean()) {
                    node.killOperator();
                    restart(node);
                } else {
                    losePower(node);
                }
            }
        }
        if (!peace) {
            after(100, this::revive);
        }
    }

    private void losePower(ModelNode node) {
        MemoryDisk.Tearing[] tearings = MemoryDisk.Tearing.values();
        node.losePower(tearings[random.nextInt(tearings.length)]);
        restart(node);
    }

    private void restart(ModelNode node) {
        network.refused(node.id(), 0.6);
        after(random.nextInt(random.nextInt(5) == 0 ? 8_000 : 600), () -> begin(node));
    }

    private void begin(ModelNode node) {
        if (!node.isUp() && !isGone(node)) {
            node.start();
        }
    }

    private boolean isGone(ModelNode node) {
        return node.wasRemoved() || lost.contains(node.id());
    }

    private void transfer(ModelNode node) {
        if (node.isUp()) {
            trace(node.id() + " is asked to hand over");
            var unused = node.role().handOver(Optional.empty(), random.nextBoolean());
        }
    }

    private void drain(ModelNode node) {
        if (node.isUp()) {
            trace(node.id() + " is drained");
            node.role().drain(true);
            after(random.nextInt(3_000), () -> {
                if (node.isUp()) {
                    node.role().drain(false);
                }
            });
        }
    }

    /** Only while enough of the others could give a copy, and the log's beginning is not all there is. */
    private void loseEngineFiles(ModelNode node) {
        long healthy = nodes.stream()
                .filter(other -> other != node && other.isUp())
                .filter(ModelNode::serves)
                .count();
        if (healthy >= 2) {
            trace(node.id() + ": the engine's files are lost");
            node.engine().loseFiles();
        }
    }

    /** A document may be the last thing that a process writes. */
    private void breakAtWrites(ModelNode node) {
        Consumer<String> mayEnd = name -> {
            if (!peace && node.isUp() && random.nextInt(150) == 0) {
                trace(node.id() + " ends while it writes " + name);
                losePower(node);
                throw new Life.Ended();
            }
        };
        node.store().beforeWrite = mayEnd;
        node.store().afterWrite = mayEnd;
    }

    // ---- members

    private Optional<ModelNode> leader() {
        return nodes.stream()
                .filter(node ->
                        node.isUp() && node.log().filter(LogState::ready).isPresent())
                .max(Comparator.comparingLong(
                        node -> node.log().map(LogState::term).orElse(0L)));
    }

    private void join() {
        if (nodes.size() < MAX_NODES) {
            add(member(++numbers, numbers));
        }
    }

    private void add(Member member) {
        trace(member.id() + " joins at " + member.api());
        ModelNode node = new ModelNode(world, member, false);
        nodes.add(node);
        breakAtWrites(node);
        node.start();
    }

    private void remove(ModelNode node) {
        leader().ifPresent(leader -> {
            Members members = leader.log().orElseThrow().committedMembers();
            boolean whole = lost.stream().noneMatch(members::votes); // else, until that is noticed, too few may be left
            if (whole && members.votes(node.id()) && members.voters().size() > 2) {
                trace(node.id() + " is to be removed");
                var unused = leader.keeper().remove(node.id(), false);
            }
        });
    }

    /** A volume is lost: a fresh node comes up at the same address. Only while a majority keeps what it has. */
    private void replace(ModelNode node) {
        if (nodes.size() >= MAX_NODES || node.wasRemoved()) {
            return;
        }
        leader().ifPresent(leader -> {
            Members members = leader.log().orElseThrow().committedMembers();
            long whole = nodes.stream()
                    .filter(other -> other != leader) // it may be about to lead only
                    .filter(other -> members.votes(other.id()) && other.state() == NodeState.FOLLOWING)
                    .count();
            boolean settled = leader.log()
                    .orElseThrow()
                    .members()
                    .equals(members); // else a change may leave this one as half of two
            if (node != leader
                    && settled
                    && members.votes(node.id())
                    && whole == members.voters().size() - 1
                    && whole > 1) {
                trace(node.id() + " loses its volume");
                comeBackAnew(node);
            }
        });
    }

    private void comeBackAnew(ModelNode node) {
        node.killOperator();
        node.engine().die();
        int place = (node.member().mysqlPort() - FIRST_PORT) / 10;
        int number = ++numbers;
        lost.add(node.id());
        after(random.nextInt(2_000), () -> add(member(number, place)));
    }

    // ---- peace

    /** No more trouble: within minutes every node serves, by itself, and all hold the same. */
    private void peace() {
        trace("peace");
        peace = true;
        network.heal();
        network.trouble(0, 0, 0);
        nodes.forEach(node -> {
            node.disk().failAfter(Integer.MAX_VALUE, 0);
            if (node.isUp()) {
                node.role().drain(false);
            }
        });
        boolean served = stage.await(this::everybodyServes, PATIENCE, LOOK);
        ledger.check(served, () -> "not every node serves after " + PATIENCE + " of peace: " + describe());
        int before = ledger.acknowledgedCount();
        boolean written = stage.await(() -> isWritten(before), SHORTLY, LOOK);
        ledger.check(written, () -> "nothing is acknowledged in peace: " + describe());
        stage.sleep(Duration.ofSeconds(2)); // whatever clients were at is over
        boolean applied = stage.await(this::everybodyHasEverything, SHORTLY, LOOK);
        ledger.check(applied, () -> "not every engine has everything, seq " + ledger.lastSeq() + ": " + describe());
        members().forEach(ModelNode::checkArchive);
        ledger.checkAcknowledged();
        members().forEach(node -> ledger.checkContent(node.id(), node.engine().disk()));
        trace("over: " + ledger.describe());
    }

    /** Nodes that are down are started once more; nobody does anything else. */
    private boolean everybodyServes() {
        for (ModelNode node : List.copyOf(nodes)) {
            if (node.hasFailed()) {
                node.killOperator();
            }
            begin(node);
        }
        return nodes.stream().allMatch(node -> isGone(node) || node.serves())
                && leader().filter(ModelNode::serves).isPresent();
    }

    private boolean isWritten(int before) {
        boolean written = ledger.acknowledgedCount() > before;
        if (!written) {
            leader().ifPresent(this::write);
        }
        return written;
    }

    private List<ModelNode> members() {
        Members members =
                leader().flatMap(ModelNode::log).map(LogState::committedMembers).orElseThrow();
        return nodes.stream()
                .filter(node -> members.has(node.id()) && !lost.contains(node.id()))
                .toList();
    }

    private boolean everybodyHasEverything() {
        return members().stream().allMatch(node -> ledger.isHeldBy(node.engine().disk()));
    }

    private String describe() {
        StringBuilder text =
                new StringBuilder("seed ").append(seed).append(", ").append(ledger.describe());
        nodes.forEach(node -> text.append("\n  ").append(node.describe()));
        return text.toString();
    }
}
