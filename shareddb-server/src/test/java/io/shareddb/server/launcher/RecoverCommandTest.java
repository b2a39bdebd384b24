package io.shareddb.server.launcher;

import static org.assertj.core.api.Assertions.assertThat;

import ch.qos.logback.classic.LoggerContext;
import ch.qos.logback.classic.util.ContextInitializer;
import io.shareddb.api.cluster.ClusterServer;
import io.shareddb.api.cluster.ClusterService;
import io.shareddb.cluster.member.FileStateStore;
import io.shareddb.cluster.member.LocalNode;
import io.shareddb.cluster.member.Member;
import io.shareddb.cluster.member.Membership;
import io.shareddb.cluster.peer.DrainRequest;
import io.shareddb.cluster.peer.JoinRequest;
import io.shareddb.cluster.peer.JoinResult;
import io.shareddb.cluster.peer.NodeStatus;
import io.shareddb.cluster.peer.PeerReport;
import io.shareddb.cluster.peer.RemoveRequest;
import io.shareddb.cluster.peer.TransferRequest;
import io.shareddb.cluster.peer.TransferResult;
import io.shareddb.cluster.role.NodeState;
import io.shareddb.replication.log.NodeId;
import io.shareddb.replication.segment.DirectoryDisk;
import io.shareddb.replication.segment.Disk;
import io.shareddb.replication.segment.TermStore;
import io.shareddb.replication.snapshot.CopyForm;
import io.shareddb.replication.snapshot.SnapshotSource;
import io.shareddb.replication.tls.NodeTls;
import io.shareddb.server.NodeTrust;
import io.shareddb.server.config.NodeConfig;
import io.shareddb.server.launcher.CommandLineTest.Outcome;
import io.shareddb.server.layout.NodeLayout;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.CompletionStage;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.slf4j.LoggerFactory;

/** One of three nodes is stopped, as {@code up} leaves it; one of the others runs, or does not. */
class RecoverCommandTest {
    private static final NodeId OTHER = new NodeId("node2-00000000000b");
    private static final NodeId GONE = new NodeId("node3-00000000000c");
    private static final int NOBODY = 1; // a port

    @TempDir
    Path cluster;

    private Path directory;
    private @Nullable ClusterServer server;
    private @Nullable PeerReport report;

    @BeforeEach
    void place() {
        directory = cluster.resolve("node1");
    }

    @AfterEach
    void stop() throws Exception {
        if (server != null) {
            server.close();
        }
        LoggerContext logging = (LoggerContext) LoggerFactory.getILoggerFactory();
        logging.reset(); // the command has set it up for itself
        new ContextInitializer(logging).autoConfig();
    }

    /** @param port where the cluster API of the second node is */
    private Membership survivor(int port) throws IOException {
        FileStateStore store = new FileStateStore(directory);
        LocalNode local = LocalNode.open(store, "node1");
        Membership formation = new Membership(
                "c1",
                "shop",
                List.of(
                        member(local.id(), "node1", NOBODY),
                        member(OTHER, "node2", port),
                        member(GONE, "node3", NOBODY)));
        local.agree(formation);
        local.markFormed(formation);
        try (Disk disk = DirectoryDisk.open(new NodeLayout(directory).log())) {
            TermStore.open(disk)
                    .save(new TermStore.State(
                            "c1", local.id(), true, formation.ids(), formation.ids(), 1, Optional.empty()));
        }
        return formation;
    }

    private static Member member(NodeId id, String name, int port) {
        return new Member(id, name, "127.0.0.1", 3307, port, 8008, 7072);
    }

    /** The second node, which runs and knows the others by {@code password}. @return its port */
    private int runs(String password) throws IOException {
        NodeConfig config = NodeConfig.read(
                Map.of("DB_INIT_PASS", password, "CLUSTER_NAME", "shop", "CLUSTER_SIZE", "1"), Map.of());
        Optional<NodeTls> tls = NodeTrust.of(config).tls();
        ClusterServer started = new ClusterServer(
                new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), "node2", tls, new Reports());
        server = started;
        return started.address().getPort();
    }

    private void says(Membership formation, int port) {
        report = new PeerReport(
                "shop",
                3,
                member(OTHER, "node2", port),
                formation,
                true,
                null,
                null,
                NodeStatus.withoutEngine(NodeState.FOLLOWING, "", 1, null, 0),
                null,
                formation.members());
    }

    private void keptByUp(String password) throws IOException {
        Files.writeString(cluster.resolve("password"), password + "\n");
    }

    private Outcome recover(String... more) {
        String[] arguments = new String[more.length + 2];
        arguments[0] = "recover";
        arguments[1] = directory.toString();
        System.arraycopy(more, 0, arguments, 2, more.length);
        return CommandLineTest.run(arguments);
    }

    private boolean unchanged() {
        return Files.notExists(directory.resolve("recovery.json"));
    }

    @Test
    void withoutThePasswordItShowsWhatIsThereAndDoesNothing() throws IOException {
        survivor(NOBODY);

        Outcome shown = recover();
        Outcome refused = recover("--yes");

        assertThat(shown.exitCode()).as(shown.err()).isZero();
        assertThat(shown.out())
                .contains("may live: not asked", "Chosen: node1-")
                .contains(
                        "Nothing was changed. To do it: the same command with --yes, which is refused as long as the other"
                                + " nodes were not asked whether they live: DB_INIT_PASS: not set");
        assertThat(refused.exitCode()).isEqualTo(ExitCodes.REFUSED);
        assertThat(refused.err()).contains("DB_INIT_PASS_FILE", "--without-asking", "nothing was changed");
        assertThat(unchanged()).isTrue();
    }

    @Test
    void whoKnowsThatTheOthersAreLostCanSaySo() throws IOException {
        survivor(NOBODY);

        Outcome done = recover("--yes", "--without-asking");

        assertThat(done.exitCode()).as(done.err()).isZero();
        assertThat(done.out()).contains("Done: [node1-");
        assertThat(unchanged()).isFalse();
    }

    @Test
    void passwordThatUpKeepsIsEnoughToAsk() throws IOException {
        int port = runs("kept by up");
        says(survivor(port), port);
        keptByUp("kept by up");

        Outcome refused = recover("--yes");

        assertThat(refused.exitCode()).isEqualTo(ExitCodes.REFUSED);
        assertThat(refused.out()).contains("answers: FOLLOWING").contains("does not answer: 127.0.0.1:" + NOBODY);
        assertThat(refused.err()).contains("2 of the 3 voters", "nothing has to be recovered");
        assertThat(unchanged()).isTrue();
    }

    @Test
    void nodesThatDoNotAnswerAreTakenForLost() throws IOException {
        survivor(NOBODY);
        keptByUp("kept by up");

        Outcome done = recover("--yes");

        assertThat(done.exitCode()).as(done.err()).isZero();
        assertThat(done.out()).contains("Done: [node1-");
    }

    @Test
    void nodeThatRefusesTheQuestionMayLive() throws IOException {
        int port = runs("another one");
        says(survivor(port), port);
        keptByUp("kept by up");

        Outcome shown = recover();
        Outcome refused = recover("--yes");

        assertThat(shown.out()).contains("may live: 127.0.0.1:" + port);
        assertThat(refused.exitCode()).isEqualTo(ExitCodes.REFUSED);
        assertThat(refused.err())
                .contains("it is not known whether they live: " + OTHER, "--without-asking", "nothing was changed")
                .doesNotContain(GONE.value());
        assertThat(unchanged()).isTrue();
    }

    @Test
    void directoryThatIsNotThereIsNotMade() throws IOException {
        keptByUp("kept by up");

        assertThat(recover("--yes").exitCode()).isEqualTo(ExitCodes.REFUSED);
        assertThat(directory).doesNotExist();
    }

    /** Tells how it does, and nothing else. */
    private final class Reports implements ClusterService {
        @Override
        public PeerReport report() {
            return Objects.requireNonNull(report);
        }

        @Override
        public Membership agree(Membership plan) {
            throw new UnsupportedOperationException();
        }

        @Override
        public CompletionStage<JoinResult> join(JoinRequest request) {
            throw new UnsupportedOperationException();
        }

        @Override
        public void announce(Member member) {
            throw new UnsupportedOperationException();
        }

        @Override
        public Optional<SnapshotSource> snapshot(CopyForm form) {
            return Optional.empty();
        }

        @Override
        public CompletionStage<TransferResult> transfer(TransferRequest request) {
            throw new UnsupportedOperationException();
        }

        @Override
        public CompletionStage<DrainRequest> drain(DrainRequest request) {
            throw new UnsupportedOperationException();
        }

        @Override
        public CompletionStage<RemoveRequest> remove(RemoveRequest request) {
            throw new UnsupportedOperationException();
        }
    }
}
