package io.shareddb.testing;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;

class EngineCoverageTest {
    private final EngineCoverage coverage = new EngineCoverage();

    @Test
    void testCountsForTheEngineThatItsNameOrItsClassTells() {
        coverage.ran(List.of("[1] choice = MariaDB 11.4.5 (packaged), 3", "someTest(EngineChoice)", "SomeIT"));
        coverage.ran(List.of("someTest()", "MySQL 9.7.4", "SomeIT"));
        coverage.ran(List.of("someTest()", "MySQL 9.7.4", "SomeIT"));
        coverage.ran(List.of("someTest()", "SomeIT"));
        coverage.skipped();
        coverage.lacks("mariadbd: not on the PATH");
        coverage.lacks("mariadbd: not on the PATH");
        assertThat(coverage.line())
                .isEqualTo(
                        "covered: 1 tests on MariaDB 11.4.5 (packaged), 2 tests on MySQL 9.7.4,"
                                + " 1 on the packaged one alone, or on none, 1 skipped; not covered: mariadbd: not on the PATH");
    }

    @Test
    void testsWithoutEnginesTellNothing() {
        coverage.ran(List.of("someTest()", "SomeTest"));
        assertThat(coverage.concernsEngines()).isFalse();
    }
}
