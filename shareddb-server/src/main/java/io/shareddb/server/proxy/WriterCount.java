package io.shareddb.server.proxy;

import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.LongAdder;

/** How many sessions commit on this node's engine, each counted once between two looks. Thread-safe. */
public final class WriterCount {
    private final LongAdder count = new LongAdder();
    private final AtomicInteger round = new AtomicInteger();

    WriterCount() {}

    /** A session has committed. @return the round in which it was counted, for its next commit */
    int add(int countedIn) {
        int now = round.get();
        if (countedIn != now) {
            count.increment();
        }
        return now;
    }

    /** How many committed since the last call; one thread calls. */
    public int take() {
        round.incrementAndGet();
        return (int) Math.min(count.sumThenReset(), Integer.MAX_VALUE);
    }
}
