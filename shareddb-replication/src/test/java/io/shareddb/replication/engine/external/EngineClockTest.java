package io.shareddb.replication.engine.external;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class EngineClockTest {
    @Test
    void clockThatIsFarOffIsAProblem() {
        assertThat(EngineClock.problem(100_000, 160_000, 161_000).orElseThrow()).startsWith("its clock is 60 s behind");
        assertThat(EngineClock.problem(160_000, 100_000, 100_500).orElseThrow())
                .startsWith("its clock is 59 s ahead of");
    }

    /** An answer that takes long says less about when it was given. */
    @Test
    void slowAnswerIsNone() {
        assertThat(EngineClock.problem(100_000, 100_100, 100_200)).isEmpty();
        assertThat(EngineClock.problem(100_000, 80_000, 130_000)).isEmpty();
    }
}
