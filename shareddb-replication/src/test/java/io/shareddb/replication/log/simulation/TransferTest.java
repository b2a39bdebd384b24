package io.shareddb.replication.log.simulation;

import static org.assertj.core.api.Assertions.assertThat;

import io.shareddb.replication.log.NodeId;
import io.shareddb.replication.log.raft.LogSettings;
import java.time.Duration;
import java.util.List;
import java.util.Random;
import java.util.function.BooleanSupplier;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** Leadership goes to and fro between nodes that hear each other well. */
class TransferTest {
    private static final int TRANSFERS = 250;
    private static final Duration LONG = Duration.ofSeconds(10);

    private final VirtualTime time = new VirtualTime();
    private final Random random = new Random(1);
    private final SimulatedNetwork network = new SimulatedNetwork(time, random);
    private final Truth truth = new Truth();
    private final List<NodeId> ids =
            Stream.of("n1", "n2", "n3").map(NodeId::new).toList();
    private final List<SimulatedNode> nodes = ids.stream()
            .map(id -> new SimulatedNode(id, LogSettings.of("transfers", id, ids), network, time, random, truth))
            .toList();

    /** A voter that has not heard of the new leader yet has its next heartbeat in that moment, now and then. */
    @Test
    void costsOneTermEach() {
        nodes.forEach(SimulatedNode::start);
        run(() -> nodes.stream().anyMatch(node -> node.leadingTerm() > 0), LONG);
        long first = leader().leadingTerm();
        for (int i = 1; i <= TRANSFERS; i++) {
            SimulatedNode from = leader();
            SimulatedNode to = nodes.get((nodes.indexOf(from) + 1 + random.nextInt(2)) % nodes.size());
            var unused = from.log().transferLeadership(to.id(), LONG);
            run(() -> to.leadingTerm() > 0, LONG);
            assertThat(to.leadingTerm()).as("after %d transfers", i).isEqualTo(first + i);
            run(() -> false, Duration.ofMillis(550 + random.nextInt(100)));
            assertThat(leader()).as("leader, after %d transfers", i).isSameAs(to);
        }
    }

    private SimulatedNode leader() {
        return nodes.stream().filter(node -> node.leadingTerm() > 0).findFirst().orElseThrow();
    }

    private void run(BooleanSupplier until, Duration limit) {
        long end = time.nanos() + limit.toNanos();
        while (!until.getAsBoolean() && time.step(end)) {
            // goes on
        }
    }
}
