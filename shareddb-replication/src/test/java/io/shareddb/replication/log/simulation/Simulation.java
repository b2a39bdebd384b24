package io.shareddb.replication.log.simulation;

import io.shareddb.replication.log.NodeId;
import io.shareddb.replication.log.raft.LogSettings;
import io.shareddb.replication.segment.MemoryDisk;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.stream.IntStream;

/** One schedule: a cluster, a seed that decides everything, some seconds of trouble, then peace and a last entry for all. */
final class Simulation {
    private static final long MILLIS = 1_000_000;
    private static final long SECONDS = 1_000 * MILLIS;
    private static final long PATIENCE = 60 * SECONDS;

    private final Random random;
    private final VirtualTime time = new VirtualTime();
    private final SimulatedNetwork network;
    private final Truth truth = new Truth();
    private final List<SimulatedNode> nodes = new ArrayList<>();
    private final List<NodeId> ids;
    private final int appendEveryMillis;
    private boolean peace;
    private int appends;
    private int crashes;

    Simulation(long seed) {
        this.random = new Random(seed);
        this.network = new SimulatedNetwork(time, random);
        int size = random.nextInt(5) == 0 ? 5 : 3;
        this.ids = IntStream.rangeClosed(1, size)
                .mapToObj(i -> new NodeId("n" + i))
                .toList();
        this.appendEveryMillis = 10 + random.nextInt(80);
        int markerEvery = 10 + random.nextInt(30);
        int segmentBytes = 1024 + random.nextInt(4096);
        for (NodeId id : ids) {
            LogSettings settings = new LogSettings(
                    "simulation",
                    id,
                    ids,
                    segmentBytes,
                    markerEvery,
                    200,
                    1 << 20,
                    random.nextInt(2_000),
                    Duration.ofMillis(100),
                    Duration.ofMillis(500));
            nodes.add(new SimulatedNode(id, settings, network, time, random, truth));
        }
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
        runUntil(time.nanos() + trouble);
        peace();
        return truth.acknowledgedCount();
    }

    private void runUntil(long nanos) {
        while (time.step(nanos)) {
            revive();
        }
    }

    /** Nodes whose disk failed end there; the machine crashes or the process is killed. */
    private void revive() {
        for (SimulatedNode node : nodes) {
            if (node.hasFailed()) {
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
        return nodes.stream().mapToLong(SimulatedNode::lastIndex).min().orElse(0);
    }

    private void transfer(SimulatedNode node) {
        if (node.isUp()) {
            NodeId to = ids.get(random.nextInt(ids.size()));
            var unused = node.log().transferLeadership(to, Duration.ofSeconds(1));
        }
    }

    private void end(SimulatedNode node) {
        if (!node.isUp() && !node.hasFailed()) {
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
        if (node.isUp()) {
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
        long index = nodes.stream()
                .filter(donor -> donor != node && donor.isUp())
                .mapToLong(SimulatedNode::lastIndex)
                .max()
                .orElse(0);
        if (index > 0) {
            node.reseed(index);
        }
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
                && nodes.stream().allMatch(node -> node.isUp() && node.lastIndex() == truth.lastIndex());
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
