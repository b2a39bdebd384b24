package io.shareddb.replication.log.simulation;

import io.shareddb.replication.log.MemberChange;
import io.shareddb.replication.log.Members;
import io.shareddb.replication.log.NodeId;
import io.shareddb.replication.log.raft.LogSettings;
import io.shareddb.replication.segment.MemoryDisk;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Random;
import java.util.stream.IntStream;

/** One schedule: a cluster, a seed that decides everything, some seconds of trouble, then peace and a last entry for all. */
final class Simulation {
    private static final long MILLIS = 1_000_000;
    private static final long SECONDS = 1_000 * MILLIS;
    private static final int MAX_MEMBERS = 6;
    private static final int MAX_NODES = 12;
    private static final long PATIENCE = 60 * SECONDS;

    private final Random random;
    private final VirtualTime time = new VirtualTime();
    private final SimulatedNetwork network;
    private final Truth truth = new Truth();
    private final List<SimulatedNode> nodes = new ArrayList<>();
    private final List<NodeId> ids = new ArrayList<>();
    private final int appendEveryMillis;
    private final int markerEvery;
    private final int segmentBytes;
    private final boolean changing;
    private boolean peace;
    private int appends;
    private int crashes;

    Simulation(long seed) {
        this.random = new Random(seed);
        this.network = new SimulatedNetwork(time, random);
        int size = random.nextInt(5) == 0 ? 5 : 3;
        this.changing = random.nextInt(3) > 0;
        List<NodeId> first = IntStream.rangeClosed(1, changing ? random.nextInt(size) + 1 : size)
                .mapToObj(i -> new NodeId("n" + i))
                .toList();
        this.appendEveryMillis = 10 + random.nextInt(80);
        this.markerEvery = 10 + random.nextInt(30);
        this.segmentBytes = 1024 + random.nextInt(4096);
        first.forEach(id -> node(id, first));
    }

    private SimulatedNode node(NodeId id, List<NodeId> voters) {
        LogSettings settings = new LogSettings(
                "simulation",
                id,
                voters,
                segmentBytes,
                markerEvery,
                200,
                1 << 20,
                random.nextInt(2_000),
                Duration.ofMillis(100),
                Duration.ofMillis(500));
        SimulatedNode node = new SimulatedNode(id, settings, network, time, random, truth);
        ids.add(id);
        nodes.add(node);
        return node;
    }

    /** Runs everything; throws an {@link AssertionError} if an invariant breaks. Returns the number of acknowledged appends. */
    int run() {
        nodes.forEach(SimulatedNode::start);
        long trouble = (1 + random.nextInt(5)) * SECONDS;
        network.trouble(
                random.nextInt(3) == 0 ? 0.1 * random.nextDouble() : 0,
                random.nextInt(3) == 0 ? 0.1 * random.nextDouble() : 0,
                random.nextInt(2) == 0 ? 0.1 * random.nextDouble() : 0.001);
        append();
        disturb();
        if (changing) {
            change();
        }
        runUntil(time.nanos() + trouble);
        peace();
        return truth.acknowledgedCount();
    }

    /** How many changes of members became known to be committed. */
    int memberChanges() {
        return truth.membersCount();
    }

    private void runUntil(long nanos) {
        while (time.step(nanos)) {
            revive();
            if (changing && random.nextInt(50) == 0) {
                nodes.forEach(SimulatedNode::checkMembers);
            }
        }
    }

    /** Nodes whose disk failed end there; the machine crashes or the process is killed. */
    private void revive() {
        for (SimulatedNode node : nodes) {
            if (node.wasRemoved()) {
                node.die();
            } else if (node.hasFailed()) {
                end(node);
            } else if (node.isUp() && node.needsReseed()) {
                node.die();
                node.disk().kill();
                reseed(node);
            }
        }
    }

    private void append() {
        if (peace) {
            return;
        }
        List<SimulatedNode> leaders = nodes.stream()
                .filter(node -> node.isUp() && node.leadingTerm() > 0)
                .toList();
        SimulatedNode target = !leaders.isEmpty() && random.nextInt(10) > 0
                ? leaders.get(random.nextInt(leaders.size()))
                : nodes.get(random.nextInt(nodes.size()));
        int burst = random.nextInt(8) == 0 ? 1 + random.nextInt(20) : 1;
        for (int i = 0; i < burst && target.isUp(); i++) {
            target.append("entry " + ++appends + "x".repeat(random.nextInt(random.nextInt(20) == 0 ? 1_500 : 60)));
        }
        if (target.isUp() && random.nextInt(10) == 0) {
            target.readBarrier();
        }
        time.after(random.nextInt(2 * appendEveryMillis) * MILLIS, this::append);
    }

    private void disturb() {
        if (peace) {
            return;
        }
        SimulatedNode node = nodes.get(random.nextInt(nodes.size()));
        switch (random.nextInt(12)) {
            case 0, 1 -> end(node);
            case 2, 3, 4 -> node.disk().failAfter(random.nextInt(30), random.nextInt(300));
            case 5 -> nodes.forEach(this::end); // power cut for all
            case 6 -> network.isolate(node.id(), ids);
            case 7 -> network.cut(node.id(), ids.get(random.nextInt(ids.size())));
            case 8 -> network.refused(node.id(), 0.5); // also when it is not true
            case 9 -> release(node);
            case 10 -> transfer(node);
            default -> network.heal();
        }
        if (random.nextInt(3) == 0) {
            network.heal();
        }
        time.after(random.nextInt(600) * MILLIS, this::disturb);
    }

    private void release(SimulatedNode node) {
        if (node.isUp()) {
            node.log().releaseUpTo(random.nextInt(3) == 0 ? node.lastIndex() : slowest());
        }
    }

    private long slowest() {
        return nodes.stream()
                .mapToLong(SimulatedNode::lastIndex)
                .filter(index -> index > 0)
                .min()
                .orElse(0);
    }

    /** Nodes join, get a vote, are removed; asked of whoever leads, or believes to. */
    private void change() {
        if (peace) {
            return;
        }
        time.after(random.nextInt(800) * MILLIS, this::change);
        List<SimulatedNode> leaders = nodes.stream()
                .filter(node -> node.isUp() && node.leadingTerm() > 0)
                .toList();
        if (leaders.isEmpty()) {
            return;
        }
        SimulatedNode leader = leaders.get(random.nextInt(leaders.size()));
        Members members = leader.log().state().members();
        List<NodeId> learners =
                members.all().stream().filter(id -> !members.votes(id)).toList();
        if (!learners.isEmpty() && random.nextInt(3) > 0) {
            leader.change(MemberChange.Kind.PROMOTE, learners.get(random.nextInt(learners.size())));
        } else if (members.all().size() < MAX_MEMBERS && ids.size() < MAX_NODES && random.nextInt(5) > 0) {
            SimulatedNode fresh = node(new NodeId("n" + (ids.size() + 1)), members.voters());
            fresh.start();
            leader.change(MemberChange.Kind.ADD, fresh.id());
        } else if (members.all().size() > 1) {
            leader.change(
                    MemberChange.Kind.REMOVE,
                    members.all().get(random.nextInt(members.all().size())));
        }
    }

    private void transfer(SimulatedNode node) {
        if (node.isUp()) {
            NodeId to = ids.get(random.nextInt(ids.size()));
            var unused = node.log().transferLeadership(to, Duration.ofSeconds(1));
        }
    }

    private void end(SimulatedNode node) {
        if (node.wasRemoved() || (!node.isUp() && !node.hasFailed())) {
            return;
        }
        crashes++;
        boolean reseed = node.needsReseed();
        node.die();
        if (random.nextInt(3) == 0) {
            node.disk().kill();
        } else {
            MemoryDisk.Tearing[] tearings = MemoryDisk.Tearing.values();
            node.disk().crash(random, tearings[random.nextInt(tearings.length)]);
        }
        network.refused(node.id(), 0.6);
        long delay = random.nextInt(4) == 0 ? random.nextInt(3_000) * MILLIS : random.nextInt(400) * MILLIS;
        time.after(delay, () -> begin(node, reseed));
    }

    private void begin(SimulatedNode node, boolean reseed) {
        if (node.isUp() || node.wasRemoved()) {
            return;
        }
        if (reseed) {
            reseed(node);
        } else {
            node.start();
        }
    }

    /** The database is copied from the node that has applied most. */
    private void reseed(SimulatedNode node) {
        nodes.stream()
                .filter(donor -> donor != node && donor.isUp() && donor.lastIndex() > 0)
                .max(Comparator.comparingLong(SimulatedNode::lastIndex))
                .ifPresent(node::reseed);
        node.start();
    }

    /** No more trouble: within a minute there is a leader, a last entry, and all have delivered it. */
    private void peace() {
        peace = true;
        network.heal();
        network.trouble(0, 0, 0);
        nodes.forEach(node -> node.disk().failAfter(Integer.MAX_VALUE, 0));
        long deadline = time.nanos() + PATIENCE;
        long nextTry = time.nanos() + 250 * MILLIS;
        int tries = 0;
        while (!isAllDelivered(tries)) {
            boolean stepped = time.step(Math.min(nextTry, deadline));
            revive();
            Truth.check(
                    time.nanos() < deadline, () -> "no last entry on all nodes after a minute of peace: " + describe());
            if (!stepped) {
                nextTry += 250 * MILLIS;
                String text = "last entry " + ++tries;
                nodes.stream()
                        .filter(node -> node.isUp() && node.leadingTerm() > 0)
                        .findFirst()
                        .ifPresent(leader -> leader.append(text));
            }
        }
    }

    private boolean isAllDelivered(int tries) {
        return IntStream.rangeClosed(1, tries).anyMatch(i -> truth.isCommitted("last entry " + i))
                && nodes.stream()
                        .filter(node -> isMember(node.id()))
                        .allMatch(node -> node.isUp() && node.lastIndex() == truth.lastIndex());
    }

    /** As far as anybody knows who has delivered everything; others need not hear of the end. */
    private boolean isMember(NodeId id) {
        return nodes.stream()
                .filter(node -> node.isUp() && node.lastIndex() == truth.lastIndex())
                .anyMatch(node -> node.log().state().members().has(id));
    }

    private String describe() {
        StringBuilder text = new StringBuilder("truth " + truth.lastIndex() + ", crashes " + crashes);
        for (SimulatedNode node : nodes) {
            text.append("; ")
                    .append(node.id())
                    .append(node.isUp() ? " up" : " down")
                    .append(" delivered ")
                    .append(node.lastIndex());
            if (node.isUp()) {
                text.append(' ').append(node.log().state());
            }
        }
        return text.toString();
    }
}
