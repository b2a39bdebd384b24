package io.shareddb.server.proxy;

import io.netty.channel.EventLoop;
import io.shareddb.replication.engine.Gtid;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;

/**
 * Finds out what became of a commit whose OK was held when its epoch ended. The log is sure once it has the transaction, or once a
 * later epoch has decided without it: what an older epoch leaves behind then is dropped by every node. Event loop only.
 */
final class CommitResolution {
    private static final long LOOK_MILLIS = 20;

    private final CommitGate gate;
    private final EventLoop loop;
    private final Gtid gtid;
    private final long epoch;
    private final long endNanos;
    private final Consumer<Result> told;

    /** What the log says. */
    enum Result {
        COMMITTED,
        /** It is not in the history and never will be. */
        DROPPED,
        /** No later epoch decided on it in time. */
        UNKNOWN
    }

    /**
     * Ready to {@link #look}.
     *
     * @param epoch in which the engine reported {@code gtid}
     * @param told hears the result, once, on {@code loop}
     */
    CommitResolution(CommitGate gate, EventLoop loop, Gtid gtid, long epoch, Duration limit, Consumer<Result> told) {
        this.gate = gate;
        this.loop = loop;
        this.gtid = gtid;
        this.epoch = epoch;
        this.endNanos = System.nanoTime() + limit.toNanos();
        this.told = told;
    }

    /** Looks now, and again until there is a result. */
    @SuppressWarnings("FutureReturnValueIgnored") // the loop runs as long as the session
    void look() {
        long reached = gate.decidingEpoch(); // before the next question, so that its "no" is final
        if (gate.isCommitted(gtid)) {
            told.accept(Result.COMMITTED);
        } else if (reached > epoch) {
            told.accept(Result.DROPPED);
        } else if (System.nanoTime() - endNanos >= 0) {
            told.accept(Result.UNKNOWN);
        } else {
            loop.schedule(this::look, LOOK_MILLIS, TimeUnit.MILLISECONDS);
        }
    }
}
