package io.shareddb.api.management;

import java.util.Map;
import org.HdrHistogram.Histogram;

/** How long the stages of a commit take. Thread-safe. */
@FunctionalInterface
public interface TimingsSource {
    /**
     * Copies of the histograms since start, in microseconds, in the order of the stages.
     *
     * @return by name, of {@code a-z}, {@code 0-9} and {@code _}; always the same names
     */
    Map<String, Histogram> timings();
}
