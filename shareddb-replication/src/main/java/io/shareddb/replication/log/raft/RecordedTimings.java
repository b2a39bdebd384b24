package io.shareddb.replication.log.raft;

import io.shareddb.replication.log.LogTimings;
import java.util.concurrent.TimeUnit;
import org.HdrHistogram.Histogram;
import org.HdrHistogram.SingleWriterRecorder;

/** Recorded by the log's thread alone, asked for by any. */
final class RecordedTimings implements LogTimings {
    /** One stage; values in microseconds, at most a minute. */
    static final class Stage {
        private static final long MAX_MICROS = 60_000_000;

        private final SingleWriterRecorder recorder = new SingleWriterRecorder(MAX_MICROS, 2);
        private final Histogram total = new Histogram(MAX_MICROS, 2);

        void record(long nanos) {
            recorder.recordValue(Math.max(0, Math.min(MAX_MICROS, TimeUnit.NANOSECONDS.toMicros(nanos))));
        }

        synchronized Histogram copy() {
            total.add(recorder.getIntervalHistogram());
            return total.copy();
        }
    }

    final Stage queue = new Stage();
    final Stage write = new Stage();
    final Stage sync = new Stage();
    final Stage quorum = new Stage();

    @Override
    public Histogram queue() {
        return queue.copy();
    }

    @Override
    public Histogram write() {
        return write.copy();
    }

    @Override
    public Histogram sync() {
        return sync.copy();
    }

    @Override
    public Histogram quorum() {
        return quorum.copy();
    }
}
