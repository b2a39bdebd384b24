package io.shareddb.server;

import io.shareddb.cluster.bootstrap.OwnEngine;
import io.shareddb.replication.engine.ContentDigest;
import io.shareddb.replication.engine.EngineException;
import io.shareddb.replication.engine.FoundEngine;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Looks at the engine of a node that is in no cluster yet, again and again, because somebody may repair or fill it meanwhile; and reads
 * all that it holds once somebody has to know in what it differs from another. Thread-safe.
 */
final class EngineExamination implements OwnEngine, AutoCloseable {
    private static final Logger log = LoggerFactory.getLogger(EngineExamination.class);
    private static final long PAUSE_MILLIS = 500;

    /** Whoever changes data so that there is no difference should be told in the end. */
    private static final long COMPARE_AGAIN_NANOS = TimeUnit.MINUTES.toNanos(2);

    /** Reads what the engine holds; hears how far it is. */
    interface Reading extends Function<Consumer<ContentDigest>, ContentDigest> {}

    /** The last look. */
    private record Seen(Optional<FoundEngine> found, String trouble) {}

    private final String node;
    private final Supplier<FoundEngine> examine;
    private final Optional<Reading> reading;
    private final CountDownLatch closed = new CountDownLatch(1);
    private volatile Seen seen = new Seen(Optional.empty(), "it was not looked at yet");
    private volatile boolean compare;
    private volatile @Nullable ContentDigest digest;
    private volatile long digestNanos; // when it was finished

    private EngineExamination(String node, Supplier<FoundEngine> examine, Optional<Reading> reading) {
        this.node = node;
        this.examine = examine;
        this.reading = reading;
    }

    /** Where nothing need be looked at. */
    static EngineExamination known(FoundEngine found) {
        EngineExamination examination = new EngineExamination("", () -> found, Optional.empty());
        examination.seen = new Seen(Optional.of(found), "");
        return examination;
    }

    /**
     * Begins to look, on a thread of its own, until that succeeds once: of an engine that nobody else can change.
     *
     * @param examine blocks; fails with {@link EngineException}
     */
    static EngineExamination once(String node, Supplier<FoundEngine> examine) {
        EngineExamination examination = new EngineExamination(node, examine, Optional.empty());
        examination.start();
        return examination;
    }

    /**
     * Begins to look, on a thread of its own.
     *
     * @param examine blocks; fails with {@link EngineException} while the engine is away or cannot be used
     * @param reading blocks; fails alike
     */
    static EngineExamination of(String node, Supplier<FoundEngine> examine, Reading reading) {
        EngineExamination examination = new EngineExamination(node, examine, Optional.of(reading));
        examination.start();
        return examination;
    }

    private void start() {
        Thread thread = new Thread(this::run, node + "-examination");
        thread.setDaemon(true);
        thread.start();
    }

    @Override
    public Optional<FoundEngine> found() {
        return seen.found().map(found -> new FoundEngine(found.kind(), found.content(), digest));
    }

    @Override
    public void compare() {
        compare = true;
    }

    /** Why it is not known what the engine holds; empty if it is. */
    Optional<String> trouble() {
        String trouble = seen.trouble();
        return trouble.isEmpty() ? Optional.empty() : Optional.of("waits for its engine: " + trouble);
    }

    private void run() {
        try {
            do {
                look();
            } while (!done() && !closed.await(PAUSE_MILLIS, TimeUnit.MILLISECONDS));
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private boolean done() {
        return reading.isEmpty() && seen.found().isPresent();
    }

    private void look() {
        try {
            seen = new Seen(Optional.of(examine.get()), "");
            if (compare && reading.isPresent() && readingDue()) {
                digest = reading.get().apply(progress -> {
                    ContentDigest former = digest;
                    if (former == null || !former.finished()) { // else the former one is better than half of a new one
                        digest = progress;
                    }
                });
                digestNanos = System.nanoTime();
                compare = false; // until somebody asks again
            }
        } catch (EngineException e) {
            String why = String.valueOf(e.getMessage());
            if (!why.equals(seen.trouble())) {
                log.warn("{} waits for its engine: {}", node, why);
            }
            seen = new Seen(Optional.empty(), why);
        }
    }

    private boolean readingDue() {
        ContentDigest former = digest;
        return former == null || !former.finished() || System.nanoTime() - digestNanos > COMPARE_AGAIN_NANOS;
    }

    @Override
    public void close() {
        closed.countDown();
    }
}
