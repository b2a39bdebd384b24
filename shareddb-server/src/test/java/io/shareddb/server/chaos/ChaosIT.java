package io.shareddb.server.chaos;

import static org.assertj.core.api.Assertions.assertThat;

import io.shareddb.server.endtoend.EngineChoice;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** A short run on every build; {@code bench/chaos.sh} is the long one. */
class ChaosIT {
    private static final Path DIRECTORY = Path.of("target", "chaos-it").toAbsolutePath();

    @ParameterizedTest
    @MethodSource("io.shareddb.server.endtoend.EngineChoice#all")
    void promisesHoldThroughARowOfFaults(EngineChoice engine) throws Exception {
        Report report = ChaosRun.run(new ChaosRun.Settings(
                Long.getLong("shareddb.chaos.seed", 11),
                Duration.ofSeconds(45),
                6,
                6,
                List.of(
                        FaultKind.KILL_OPERATOR,
                        FaultKind.KILL_BOTH,
                        FaultKind.STOP_BOTH,
                        FaultKind.ISOLATE,
                        FaultKind.CUT_OUT,
                        FaultKind.RESET),
                3,
                engine,
                DIRECTORY.resolve(engine.folder())));
        assertThat(report.violations()).as("%s", report).isEmpty();
        assertThat(report.faults()).isPositive();
    }
}
