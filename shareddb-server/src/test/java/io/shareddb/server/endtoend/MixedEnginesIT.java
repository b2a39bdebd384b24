package io.shareddb.server.endtoend;

import io.shareddb.server.SharedDbNode;
import io.shareddb.server.SharedDbNodeBuilder;
import io.shareddb.server.config.Setting;
import java.nio.file.Path;
import java.time.Duration;
import java.util.stream.Stream;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Engines of different products or series do not become one database. */
class MixedEnginesIT {
    private static final Duration LONG = Duration.ofMinutes(2);

    @TempDir
    Path directory;

    /** Those that do not fit the packaged one. */
    static Stream<EngineChoice> others() {
        return EngineChoice.present().filter(choice -> !choice.binaries()
                .kind()
                .fits(EngineChoice.packaged().binaries().kind()));
    }

    private SharedDbNodeBuilder node(EngineChoice choice, String name, int port, int first) {
        return choice.manage(SharedDbNode.builder())
                .dataDirectory(directory.resolve(name))
                .password("mixed")
                .ports(port, port + 1, port + 2, port + 3)
                .peers("127.0.0.1:" + (first + 2), "127.0.0.1:" + (first + 6))
                .set(Setting.NODE_NAME, name);
    }

    private static void awaitReason(SharedDbNode node, String... parts) {
        Poll.until(() -> "it says why: " + node.status(), LONG, () -> Stream.of(parts)
                .allMatch(node.status().reason()::contains));
    }

    @ParameterizedTest(allowZeroInvocations = true)
    @MethodSource("others")
    void formNothing(EngineChoice other) throws Exception {
        int port = FreePorts.block(8);
        try (SharedDbNode one = node(EngineChoice.packaged(), "one", port, port).start();
                SharedDbNode two = node(other, "two", port + 4, port).start()) {
            String reason = "the engines do not fit together: one has "
                    + EngineChoice.packaged().binaries().describe() + ", two has "
                    + other.binaries().describe();
            awaitReason(one, reason);
            awaitReason(two, reason);
        }
    }

    @ParameterizedTest(allowZeroInvocations = true)
    @MethodSource("others")
    void oneThatDoesNotFitIsNotTakenIn(EngineChoice other) throws Exception {
        int port = FreePorts.block(8);
        try (SharedDbNode one = node(EngineChoice.packaged(), "one", port, port)
                .set(Setting.CLUSTER_SIZE, "1")
                .start()) {
            one.awaitReady(LONG);
            try (SharedDbNode two = node(other, "two", port + 4, port)
                    .set(Setting.CLUSTER_SIZE, "1")
                    .start()) {
                awaitReason(
                        two,
                        "its engine is " + other.binaries().describe() + ", the cluster's "
                                + EngineChoice.packaged().binaries().describe());
            }
        }
    }
}
