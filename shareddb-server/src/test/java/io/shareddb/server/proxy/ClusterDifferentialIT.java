package io.shareddb.server.proxy;

import static org.assertj.core.api.Assertions.assertThat;

import io.shareddb.server.endtoend.EngineChoice;
import io.shareddb.server.proxy.Comparison.Mode;
import io.shareddb.server.proxy.Comparison.Server;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * As {@link DifferentialIT}, but on a cluster of three nodes that replicate: an engine on its own, a session on the leader's node, one on a
 * follower's. {@code -Dshareddb.differential.cluster=all} compares everything, else a part of it.
 */
class ClusterDifferentialIT {
    private static final Logger log = LoggerFactory.getLogger(ClusterDifferentialIT.class);
    private static final int DIFFERENCES_SHOWN = 25;
    private static final List<String> PART = List.of("routines", "metadata", "json", "transactions", "temporary");

    @TempDir
    static Path directory;

    @ParameterizedTest
    @MethodSource("io.shareddb.server.endtoend.EngineChoice#all")
    void everyNodeAnswersAsAnEngineOnItsOwn(EngineChoice choice) throws Exception {
        boolean everything =
                System.getProperty("shareddb.differential.cluster", "").equals("all");
        long seed = Long.getLong("shareddb.differential.seed", 20261128);
        Path folder = directory.resolve(choice.folder());
        try (ProxyEngine engine = ProxyEngine.started(folder.resolve("alone"), choice.installed());
                EmbeddedCluster cluster = EmbeddedCluster.start(choice, folder);
                Comparison comparison = new Comparison(
                        List.of(),
                        List.of(
                                new Server("engine", engine.port()),
                                new Server("leader", cluster.leaderPort()),
                                new Server("follower", cluster.followerPort())))) {
            for (Mode mode : everything ? Mode.values() : new Mode[] {Mode.TEXT, Mode.OLD_PREPARED}) {
                for (Corpus part : Corpus.parts(seed, mode.prepares())) {
                    if (everything || PART.contains(part.name())) {
                        comparison.run(mode, part);
                    }
                }
            }
            List<String> differences = comparison.differences();
            int statements = comparison.statements();
            log.info("{}: seed={} statements={} differences={}", choice, seed, statements, differences.size());
            assertThat(differences.stream().limit(DIFFERENCES_SHOWN).toList())
                    .as("%d differences in %d statements, seed %d", differences.size(), statements, seed)
                    .isEmpty();
        }
    }
}
