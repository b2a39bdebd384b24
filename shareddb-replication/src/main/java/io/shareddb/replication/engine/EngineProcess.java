package io.shareddb.replication.engine;

import io.shareddb.replication.snapshot.FileCopies;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CompletionStage;
import java.util.function.Supplier;

/** The engine of a node: one that the operator starts and stops itself, or one that somebody else runs. Thread-safe. */
public interface EngineProcess extends AutoCloseable {
    /**
     * Tells where to learn what is committed, before the first {@link #start}: a start may cut off the rest, provided that the
     * history brings again what is committed after all.
     *
     * @param known what this node knows to be committed; may be less than what is; any thread, must not block for long
     */
    void knowCommitted(Supplier<EnginePosition> known);

    /**
     * Initializes the data directory when it is empty, ends a process that an earlier operator left, starts the engine so that it
     * cuts the tail that nobody acknowledged, and waits until it answers. Blocks.
     *
     * @return true if the data directory was made anew
     */
    boolean start() throws InterruptedException;

    /**
     * Whether this operator runs the process, so that it can kill it, start it with empty data, and have it cut off what nobody
     * acknowledged. Never changes. Without: {@link #start} waits for it, {@link #kill} cuts it off from everybody and lets go
     * what is stuck in it, and {@link #wipe} is not possible.
     */
    boolean managed();

    /** {@code kill -9}, and waits until it is gone; idempotent. */
    void kill();

    /** Stops it in order within {@code grace}, else kills it; idempotent. */
    void stop(Duration grace);

    /** Completes when the process started last has ended, whoever ended it. */
    CompletionStage<Integer> exited();

    /** Does not block. */
    boolean alive();

    /** 0 when it does not run. */
    long pid();

    /**
     * How to reach it, from the moment its process is there, which is before it answers. Does not block.
     *
     * @throws EngineException if it was not started, or was stopped
     */
    EngineAccess access();

    EngineFamily family();

    /** Deletes the data directory, so that the next {@link #start} makes it anew; only while it does not run, and is managed. */
    void wipe();

    /** Copies of its files; none where the operator does not own them. */
    default Optional<FileCopies> files() {
        return Optional.empty();
    }

    /**
     * Makes durable what the engine, running or not, has written to its files so far: what it has committed survives a loss of power
     * from now on. Blocks for as long as the disk takes; only while it is managed.
     */
    void sync();

    /** Whether its files may grow: without room an engine fails on the best data. Cheap. */
    default boolean hasRoom() {
        return true;
    }

    @Override
    void close();
}
