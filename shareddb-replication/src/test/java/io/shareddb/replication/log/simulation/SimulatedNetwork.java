package io.shareddb.replication.log.simulation;

import io.shareddb.replication.log.NodeId;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;

/** Delays, loses, doubles and reorders frames, and cuts links in one direction or both. */
public final class SimulatedNetwork {
    private record Link(NodeId from, NodeId to) {}

    private static final long MICROS = 1_000;
    private static final long MILLIS = 1_000_000;

    private final VirtualTime time;
    private final Random random;
    private final Map<NodeId, SimulatedTransport> nodes = new HashMap<>();
    private final Set<Link> cut = new LinkedHashSet<>();
    private double loss;
    private double doubling;
    private double slowness;

    public SimulatedNetwork(VirtualTime time, Random random) {
        this.time = time;
        this.random = random;
    }

    /** Probabilities, each for one frame. */
    public void trouble(double nowLoss, double nowDoubling, double nowSlowness) {
        loss = nowLoss;
        doubling = nowDoubling;
        slowness = nowSlowness;
    }

    void attach(NodeId id, SimulatedTransport transport) {
        nodes.put(id, transport);
    }

    public void cut(NodeId from, NodeId to) {
        cut.add(new Link(from, to));
    }

    public void isolate(NodeId id, List<NodeId> others) {
        for (NodeId other : others) {
            if (!other.equals(id)) {
                cut(id, other);
                cut(other, id);
            }
        }
    }

    public void heal() {
        cut.clear();
    }

    void send(NodeId from, NodeId to, byte[] bytes) {
        if (cut.contains(new Link(from, to)) || random.nextDouble() < loss) {
            return;
        }
        deliver(from, to, bytes);
        if (random.nextDouble() < doubling) {
            deliver(from, to, bytes);
        }
    }

    private void deliver(NodeId from, NodeId to, byte[] bytes) {
        carry(from, to, () -> {
            SimulatedTransport target = nodes.get(to);
            if (target != null) {
                target.arrive(from, bytes);
            }
        });
    }

    /** Whether nothing gets from one node to the other. */
    public boolean isCut(NodeId from, NodeId to) {
        return cut.contains(new Link(from, to));
    }

    /** {@code arrival} happens when something that {@code from} sends now is at {@code to}, unless the link is cut then. */
    public void carry(NodeId from, NodeId to, Runnable arrival) {
        long delay = 50 * MICROS + random.nextInt(500) * MICROS;
        if (random.nextDouble() < slowness) {
            delay += switch (random.nextInt(3)) {
                case 0 -> random.nextInt(20) * MILLIS;
                case 1 -> random.nextInt(300) * MILLIS;
                default -> random.nextInt(3_000) * MILLIS; // across several terms
            };
        }
        time.after(delay, () -> {
            if (!isCut(from, to)) {
                arrival.run();
            }
        });
    }

    /** {@code peer} is dead; the others may hear of it by a refused connection. */
    public void refused(NodeId peer, double probability) {
        for (Map.Entry<NodeId, SimulatedTransport> node : nodes.entrySet()) {
            if (!node.getKey().equals(peer) && random.nextDouble() < probability) {
                SimulatedTransport transport = node.getValue();
                time.after(random.nextInt(50) * MILLIS, () -> transport.refused(peer));
            }
        }
    }
}
