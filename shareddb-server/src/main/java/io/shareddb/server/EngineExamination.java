package io.shareddb.server;

import io.shareddb.replication.engine.EngineContent;
import io.shareddb.replication.engine.EngineException;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Looks at the engine of a node that is in no cluster yet, again and again, because somebody may repair or fill it meanwhile.
 * Thread-safe.
 */
final class EngineExamination implements AutoCloseable {
    private static final Logger log = LoggerFactory.getLogger(EngineExamination.class);
    private static final long PAUSE_MILLIS = 500;

    /** The last look. */
    private record Seen(Optional<EngineContent> content, String trouble) {}

    private final String node;
    private final Supplier<EngineContent> examine;
    private final CountDownLatch closed = new CountDownLatch(1);
    private volatile Seen seen = new Seen(Optional.empty(), "it was not looked at yet");

    private EngineExamination(String node, Supplier<EngineContent> examine) {
        this.node = node;
        this.examine = examine;
    }

    /** Of an engine that need not be looked at. */
    static EngineExamination known(EngineContent content) {
        EngineExamination examination = new EngineExamination("", () -> content);
        examination.seen = new Seen(Optional.of(content), "");
        return examination;
    }

    /**
     * Begins to look, on a thread of its own.
     *
     * @param examine blocks; fails with {@link EngineException} while the engine is away or cannot be used
     */
    static EngineExamination start(String node, Supplier<EngineContent> examine) {
        EngineExamination examination = new EngineExamination(node, examine);
        Thread thread = new Thread(examination::run, node + "-examination");
        thread.setDaemon(true);
        thread.start();
        return examination;
    }

    /** What it held at the last look; empty if there is none that told. */
    Optional<EngineContent> content() {
        return seen.content();
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
            } while (!closed.await(PAUSE_MILLIS, TimeUnit.MILLISECONDS));
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private void look() {
        try {
            seen = new Seen(Optional.of(examine.get()), "");
        } catch (EngineException e) {
            String why = String.valueOf(e.getMessage());
            if (!why.equals(seen.trouble())) {
                log.warn("{} waits for its engine: {}", node, why);
            }
            seen = new Seen(Optional.empty(), why);
        }
    }

    @Override
    public void close() {
        closed.countDown();
    }
}
