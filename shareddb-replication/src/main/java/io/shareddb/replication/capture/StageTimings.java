package io.shareddb.replication.capture;

import org.HdrHistogram.Histogram;

/** Thread-safe. */
final class StageTimings implements CommitTimings {
    private final StageHistogram receive = new StageHistogram();
    private final StageHistogram queue = new StageHistogram();
    private final StageHistogram log = new StageHistogram();
    private final StageHistogram acknowledge = new StageHistogram();

    /** Times of one transaction by {@link System#nanoTime}. */
    void committed(CapturedTransaction transaction, long appendedNanos, long committedNanos) {
        receive.record(transaction.completeNanos() - transaction.beginNanos());
        queue.record(appendedNanos - transaction.completeNanos());
        log.record(committedNanos - appendedNanos);
    }

    void acknowledged(long nanos) {
        acknowledge.record(nanos);
    }

    @Override
    public Histogram receive() {
        return receive.copy();
    }

    @Override
    public Histogram queue() {
        return queue.copy();
    }

    @Override
    public Histogram log() {
        return log.copy();
    }

    @Override
    public Histogram acknowledge() {
        return acknowledge.copy();
    }
}
