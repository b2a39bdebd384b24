package io.shareddb.replication.capture;

import java.util.concurrent.TimeUnit;
import org.HdrHistogram.Histogram;
import org.HdrHistogram.Recorder;

/** One stage's durations in microseconds, 1 to an hour. Thread-safe; recording does not wait. */
final class StageHistogram {
    private static final long MAX_MICROS = TimeUnit.HOURS.toMicros(1);

    private final Recorder recorder = new Recorder(MAX_MICROS, 2);
    private final Histogram total = new Histogram(MAX_MICROS, 2);

    void record(long nanos) {
        recorder.recordValue(Math.min(MAX_MICROS, Math.max(0, nanos / 1000)));
    }

    /** A copy of everything since start. */
    synchronized Histogram copy() {
        total.add(recorder.getIntervalHistogram());
        return total.copy();
    }
}
