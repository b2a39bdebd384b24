package io.shareddb.server.proxy;

import static org.assertj.core.api.Assertions.assertThat;

import io.shareddb.server.endtoend.EngineChoice;
import io.shareddb.server.proxy.Comparison.Mode;
import io.shareddb.server.proxy.Comparison.Server;
import io.shareddb.server.routing.Consistency;
import java.nio.file.Path;
import java.util.List;
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

    @TempDir
    static Path directory;

    @ParameterizedTest
    @MethodSource("io.shareddb.server.endtoend.EngineChoice#all")
    void everyNodeAnswersAsItsEngine(EngineChoice choice) throws Exception {
        long seed = Long.getLong("shareddb.differential.seed", 20261128);
        try (ProxyEngine engine = ProxyEngine.started(directory.resolve(choice.folder()), choice.installed());
                TestProxy leader = new TestProxy();
                TestProxy follower = new TestProxy(TestProxy.config().with(Consistency.EVENTUAL));
                Comparison comparison = new Comparison(
                        List.of(),
                        List.of(
                                new Server("engine", engine.port()),
                                new Server("leader", leader.port()),
                                new Server("follower", follower.port())))) {
            leader.cluster.engine(engine.local());
            leader.cluster.leading(1);
            follower.cluster.engine(engine.local());
            follower.cluster.following(1, FakeCluster.B, leader.port());
            for (Mode mode : Mode.values()) {
                for (Corpus part : Corpus.parts(seed, mode.prepares())) {
                    comparison.run(mode, part);
                }
            }
            List<String> differences = comparison.differences();
            int statements = comparison.statements();
            log.info("{}: seed={} statements={} differences={}", choice, seed, statements, differences.size());
            assertThat(differences.stream().limit(DIFFERENCES_SHOWN).toList())
                    .as("%d differences in %d statements, seed %d", differences.size(), statements, seed)
                    .isEmpty();
            assertThat(statements).isGreaterThanOrEqualTo(LEAST_STATEMENTS);
            assertThat(follower.proxy.metrics().counters().localStatements()).isGreaterThan(LEAST_STATEMENTS);
        }
    }
}
