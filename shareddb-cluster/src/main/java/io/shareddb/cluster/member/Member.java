package io.shareddb.cluster.member;

import io.shareddb.replication.log.NodeId;
import java.util.Objects;

/**
 * One node and where the others and clients reach it. Immutable.
 *
 * @param id for good
 * @param name for people, for example {@code node1}
 * @param host address or name that the other nodes can reach
 * @param mysqlPort the MySQL endpoint, 1 to 65535
 * @param apiPort the cluster API
 * @param uiPort the management API and pages
 * @param raftPort the log's transport
 * @param kind what it is there for; taken for FULL where it is missing
 */
public record Member(
        NodeId id, String name, String host, int mysqlPort, int apiPort, int uiPort, int raftPort, NodeKind kind) {
    public Member {
        kind = Objects.requireNonNullElse(kind, NodeKind.FULL);
        if (host.isBlank()) {
            throw new IllegalArgumentException("host: '" + host + "' (expected: an address or name)");
        }
        checkPort("mysqlPort", mysqlPort);
        checkPort("apiPort", apiPort);
        checkPort("uiPort", uiPort);
        checkPort("raftPort", raftPort);
    }

    /** One that votes. */
    public Member(NodeId id, String name, String host, int mysqlPort, int apiPort, int uiPort, int raftPort) {
        this(id, name, host, mysqlPort, apiPort, uiPort, raftPort, NodeKind.FULL);
    }

    private static void checkPort(String name, int port) {
        if (port < 1 || port > 65_535) {
            throw new IllegalArgumentException(name + ": " + port + " (expected: 1 to 65535)");
        }
    }

    /** Where its cluster API is. */
    public PeerAddress api() {
        return new PeerAddress(host, apiPort);
    }

    /** For logs and errors: name, id and place. */
    public String describe() {
        return name + " (" + id + " at " + host + ":" + apiPort + ")";
    }
}
