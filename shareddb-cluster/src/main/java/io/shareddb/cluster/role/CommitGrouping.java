package io.shareddb.cluster.role;

import io.shareddb.replication.engine.Engine;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Tells a leading engine how many sessions write at once, when that has changed for good. Role thread only; the engine is told on another
 * one, so that an engine that hangs is noticed.
 */
final class CommitGrouping {
    private static final Logger log = LoggerFactory.getLogger(CommitGrouping.class);

    private final RoleThread thread;
    private int told;
    private int seen;
    private boolean telling;

    CommitGrouping(RoleThread thread) {
        this.thread = thread;
    }

    /** The engine leads from now on, and was told nothing. */
    void restart() {
        told = 0;
        seen = 0;
    }

    /** A number counts when two looks in a row agree on it: what comes and goes at once is not worth a change of settings. */
    void look(int writers, Engine engine) {
        int rounded = rounded(writers);
        boolean twice = rounded == seen;
        seen = rounded;
        if (!twice || rounded == told || telling) {
            return;
        }
        told = rounded;
        telling = true;
        thread.work(
                () -> {
                    engine.expectWriters(rounded);
                    return rounded;
                },
                (done, failure) -> {
                    telling = false;
                    if (failure != null) {
                        log.debug("the engine does not take the number of writers: {}", failure.toString());
                    }
                });
    }

    /** Down to 1, 2, 3, 4, 6, 8, 12, 16, 24 …: a few more or less make no difference. */
    static int rounded(int writers) {
        if (writers < 4) {
            return Math.max(0, writers);
        }
        int power = Integer.highestOneBit(writers);
        return writers >= power + power / 2 ? power + power / 2 : power;
    }
}
