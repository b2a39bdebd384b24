package io.shareddb.api.management;

import java.util.Map;
import org.HdrHistogram.Histogram;

/** How long the stages of a commit take, and how often what happened. Thread-safe. */
@FunctionalInterface
public interface TimingsSource {
    /**
     * Copies of the histograms since start, in microseconds, in the order of the stages.
     *
     * @return by name, of {@code a-z}, {@code 0-9} and {@code _}; always the same names
     */
    Map<String, Histogram> timings();

    /**
     * Counts since start, which only grow.
     *
     * @return by what was counted, of {@code a-z}, {@code 0-9} and {@code _}; always the same names
     */
    default Map<String, Long> counts() {
        return Map.of();
    }
}
