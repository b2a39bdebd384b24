package io.shareddb.replication.log.bench;

import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import org.HdrHistogram.ConcurrentHistogram;
import org.HdrHistogram.Histogram;

/** One thread that keeps a number of operations under way and notes how long each took. */
final class Load {
    /** Starts one operation. */
    interface Operation {
        /** {@code done} is to be called once, on any thread. */
        void start(Runnable done);
    }

    /** What came of it; latencies in microseconds. */
    record Result(double perSecond, Histogram latency) {}

    private Load() {}

    static Result run(int outstanding, int seconds, Operation operation) throws InterruptedException {
        Histogram latency = new ConcurrentHistogram(TimeUnit.MINUTES.toMicros(1), 3);
        Semaphore free = new Semaphore(outstanding);
        long start = System.nanoTime();
        long end = start + TimeUnit.SECONDS.toNanos(seconds);
        while (System.nanoTime() < end) {
            free.acquire();
            long begin = System.nanoTime();
            operation.start(() -> {
                latency.recordValue(TimeUnit.NANOSECONDS.toMicros(System.nanoTime() - begin));
                free.release();
            });
        }
        free.acquire(outstanding);
        double elapsed = (System.nanoTime() - start) / 1e9;
        return new Result(latency.getTotalCount() / elapsed, latency);
    }
}
