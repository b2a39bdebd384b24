package io.shareddb.api.management;

import org.HdrHistogram.Histogram;

/**
 * One stage in {@code GET /v1/timings}; microseconds since the node started.
 *
 * @param count how many were timed
 */
public record StageView(long count, long p50, long p90, long p99, long max) {
    static StageView of(Histogram histogram) {
        return new StageView(
                histogram.getTotalCount(),
                histogram.getValueAtPercentile(50),
                histogram.getValueAtPercentile(90),
                histogram.getValueAtPercentile(99),
                histogram.getMaxValue());
    }
}
