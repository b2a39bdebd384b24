package io.shareddb.replication.examples;

import static org.assertj.core.api.Assertions.assertThat;

import io.shareddb.replication.log.AppendException;
import io.shareddb.replication.log.AppendException.Reason;
import io.shareddb.replication.log.LogState;
import io.shareddb.replication.log.NodeId;
import io.shareddb.replication.log.ReplicatedLog;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

class LogAloneTest {
    @TempDir
    Path directory;

    @Test
    @Timeout(60)
    void theExampleCountsOnAllNodes() throws Exception {
        Map<NodeId, InetSocketAddress> addresses = new TreeMap<>();
        for (String id : List.of("n1", "n2", "n3")) {
            addresses.put(new NodeId(id), new InetSocketAddress(InetAddress.getLoopbackAddress(), freePort()));
        }
        List<LogAlone> nodes = new ArrayList<>();
        Map<LogAlone, ReplicatedLog> logs = new HashMap<>();
        try {
            for (NodeId id : addresses.keySet()) {
                LogAlone node = new LogAlone();
                nodes.add(node);
                logs.put(node, node.open(id, addresses, directory.resolve(id.value())));
            }
            append(logs.values(), 5);
            append(logs.values(), 7);
            for (LogAlone node : nodes) {
                assertThat(node.values().poll(20, TimeUnit.SECONDS)).isEqualTo(5);
                assertThat(node.values().poll(20, TimeUnit.SECONDS)).isEqualTo(12);
            }
        } finally {
            logs.values().forEach(ReplicatedLog::close);
        }
    }

    private static void append(Collection<ReplicatedLog> logs, long number) throws Exception {
        long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(20);
        while (!appended(logs, number)) { // an election goes on
            assertThat(System.nanoTime()).isLessThan(deadline);
            LockSupport.parkNanos(1_000_000);
        }
    }

    /** @return false if nobody leads, or did when it was asked: then nothing happened */
    private static boolean appended(Collection<ReplicatedLog> logs, long number) throws Exception {
        for (ReplicatedLog log : logs) {
            LogState state = log.state();
            if (state.ready()) {
                try {
                    log.append(state.term(), LogAlone.add(number))
                            .toCompletableFuture()
                            .get(20, TimeUnit.SECONDS);
                    return true;
                } catch (ExecutionException e) {
                    if (!(e.getCause() instanceof AppendException refused) || refused.reason() != Reason.NOT_LEADER) {
                        throw e;
                    }
                }
            }
        }
        return false;
    }

    private static int freePort() throws IOException {
        try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            return socket.getLocalPort();
        }
    }
}
