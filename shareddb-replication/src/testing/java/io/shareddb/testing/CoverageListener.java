package io.shareddb.testing;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.platform.engine.TestExecutionResult;
import org.junit.platform.launcher.TestExecutionListener;
import org.junit.platform.launcher.TestIdentifier;
import org.junit.platform.launcher.TestPlan;

/**
 * Writes one line about the engines that a module's tests ran on to {@code target/engines-covered.txt}, from where the build prints it
 * when all is done. JUnit makes it and calls it on its own threads.
 */
public final class CoverageListener implements TestExecutionListener {
    private static final Path FOLDER = Path.of("target");
    private static final Path FILE = FOLDER.resolve("engines-covered.txt");

    private final EngineCoverage coverage;
    private volatile Optional<TestPlan> plan = Optional.empty();

    /** For this JVM's tests. */
    public CoverageListener() {
        this(EngineCoverage.ofThisRun());
    }

    CoverageListener(EngineCoverage coverage) {
        this.coverage = coverage;
    }

    @Override
    public void testPlanExecutionStarted(TestPlan started) {
        plan = Optional.of(started);
    }

    @Override
    public void executionSkipped(TestIdentifier test, String reason) {
        coverage.skipped();
    }

    @Override
    public void executionFinished(TestIdentifier test, TestExecutionResult result) {
        if (result.getStatus() == TestExecutionResult.Status.ABORTED) {
            coverage.skipped();
        } else if (test.isTest()) {
            coverage.ran(names(test));
        }
    }

    private List<String> names(TestIdentifier test) {
        List<String> names = new ArrayList<>();
        Optional<TestIdentifier> at = Optional.of(test);
        while (at.isPresent()) {
            TestIdentifier here = at.get();
            names.add(here.getDisplayName());
            at = plan.flatMap(known -> known.getParent(here));
        }
        return names;
    }

    @Override
    public void testPlanExecutionFinished(TestPlan finished) {
        try {
            if (coverage.concernsEngines() && Files.isDirectory(FOLDER)) {
                String module = String.valueOf(Path.of("").toAbsolutePath().getFileName());
                Files.writeString(FILE, "engines, " + module + ": " + coverage.line() + "\n");
            }
        } catch (IOException e) {
            throw new UncheckedIOException("cannot write " + FILE.toAbsolutePath(), e);
        }
    }
}
