package io.shareddb.server.proxy;

import static org.assertj.core.api.Assertions.assertThat;

import io.netty.channel.EventLoopGroup;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.nio.NioIoHandler;
import io.shareddb.protocol.capability.Capabilities;
import io.shareddb.protocol.capability.Capability;
import io.shareddb.protocol.handshake.ClientLoginConfig;
import io.shareddb.server.endtoend.EngineChoice;
import io.shareddb.server.routing.Consistency;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Statements give the same answers on an engine itself, on the leader's node and on a follower's, packet for packet: columns, rows,
 * status, insert ids, counts, warnings, errors. What differs, and may, stands in {@code docs/limits.md}.
 *
 * <p>Both nodes' proxies stand before the same engine, so that a local read sees at once what was written through the other connection,
 * and every difference is a proxy's doing.
 */
class DifferentialIT {
    private static final Logger log = LoggerFactory.getLogger(DifferentialIT.class);
    private static final int LEAST_STATEMENTS = 5_000;
    private static final int DIFFERENCES_SHOWN = 25;

    /** What the engine reports of a change of what it reports; KILL, when it is prepared. */
    private static final Pattern MAY_DIFFER = Pattern.compile("(?i)^\\s*(SET\\b.*session_track_|KILL\\b)");

    @TempDir
    static Path directory;

    /** How a client talks. */
    private enum Mode {
        /** Text, with what new drivers ask for. */
        TEXT(false, false),
        /** Text, as old drivers do. */
        OLD_TEXT(false, true),
        /** Prepared statements, binary rows. */
        PREPARED(true, false),
        OLD_PREPARED(true, true);

        private final boolean prepares;
        private final boolean old;

        Mode(boolean prepares, boolean old) {
            this.prepares = prepares;
            this.old = old;
        }

        ClientLoginConfig login() {
            Capabilities wanted = ClientLoginConfig.DEFAULT_CAPABILITIES.with(
                    Capability.MULTI_STATEMENTS, Capability.MARIADB_EXTENDED_METADATA);
            return ClientLoginConfig.of(ProxyEngine.CLIENT.user(), ProxyEngine.CLIENT.password())
                    .withRequestPublicKey(true)
                    .withCapabilities(
                            old ? wanted.without(Capability.DEPRECATE_EOF, Capability.SESSION_TRACK) : wanted);
        }
    }

    @ParameterizedTest
    @MethodSource("io.shareddb.server.endtoend.EngineChoice#all")
    void everyNodeAnswersAsItsEngine(EngineChoice choice) throws Exception {
        long seed = Long.getLong("shareddb.differential.seed", 20261128);
        EventLoopGroup loops = new MultiThreadIoEventLoopGroup(1, NioIoHandler.newFactory());
        try (ProxyEngine engine = ProxyEngine.started(
                        directory.resolve(choice.isMySql() ? "mysql" : "mariadb"), choice.installed());
                TestProxy leader = new TestProxy();
                TestProxy follower = new TestProxy(TestProxy.config().with(Consistency.EVENTUAL))) {
            leader.cluster.engine(engine.local());
            leader.cluster.leading(1);
            follower.cluster.engine(engine.local());
            follower.cluster.following(1, FakeCluster.B, leader.port());
            int[] ports = {engine.port(), leader.port(), follower.port()};
            int statements = 0;
            List<String> differences = new ArrayList<>();
            for (Mode mode : Mode.values()) {
                for (Corpus part : Corpus.parts(seed, mode.prepares)) {
                    List<List<List<String>>> answers = new ArrayList<>();
                    for (int port : ports) {
                        answers.add(run(loops, port, mode, part));
                    }
                    statements += part.statements().size();
                    compare(mode, part, answers, differences);
                }
            }
            log.info("seed={} statements={} differences={}", seed, statements, differences.size());
            assertThat(differences.stream().limit(DIFFERENCES_SHOWN).toList())
                    .as("%d differences in %d statements, seed %d", differences.size(), statements, seed)
                    .isEmpty();
            assertThat(statements).isGreaterThanOrEqualTo(LEAST_STATEMENTS);
            assertThat(follower.proxy.metrics().counters().localStatements()).isGreaterThan(LEAST_STATEMENTS);
        } finally {
            loops.shutdownGracefully().syncUninterruptibly();
        }
    }

    /** The answers to all statements of {@code part}, in a database that is made for it. */
    private static List<List<String>> run(EventLoopGroup loops, int port, Mode mode, Corpus part) throws Exception {
        List<List<String>> answers = new ArrayList<>();
        try (WireSession session = WireSession.open(loops, port, mode.login())) {
            for (String sql : List.of(
                    "DROP DATABASE IF EXISTS differential", "CREATE DATABASE differential", "USE differential")) {
                session.query(sql);
            }
            for (WireSession.Sent sent : part.statements()) {
                List<String> answer = new ArrayList<>(
                        mode.prepares && !part.textOnly() ? session.prepared(sent) : session.query(sent.sql()));
                if (session.hasWarnings()) {
                    answer.addAll(session.query("SHOW WARNINGS"));
                }
                answers.add(answer);
            }
        }
        return answers;
    }

    private static void compare(Mode mode, Corpus part, List<List<List<String>>> answers, List<String> differences) {
        String[] nodes = {"engine", "leader", "follower"};
        for (int i = 0; i < part.statements().size(); i++) {
            List<String> expected = answers.get(0).get(i);
            for (int node = 1; node < nodes.length; node++) {
                List<String> found = answers.get(node).get(i);
                if (!found.equals(expected)
                        && !MAY_DIFFER.matcher(part.statements().get(i).sql()).find()) {
                    differences.add(mode + " " + part.name() + ", " + nodes[node] + ": "
                            + part.statements().get(i) + "\n" + difference(expected, found));
                }
            }
        }
    }

    private static String difference(List<String> expected, List<String> found) {
        int at = 0;
        while (at < expected.size() && at < found.size() && expected.get(at).equals(found.get(at))) {
            at++;
        }
        return "  packet " + at + " of the engine: " + (at < expected.size() ? expected.get(at) : "nothing more") + "\n"
                + "  packet " + at + " of the node:   " + (at < found.size() ? found.get(at) : "nothing more") + "\n";
    }
}
