package io.shareddb.server;

import io.shareddb.api.management.TimingsSource;
import io.shareddb.replication.capture.CommitTimings;
import io.shareddb.replication.log.LogTimings;
import io.shareddb.server.proxy.ProxyMetrics;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import java.util.function.Supplier;
import org.HdrHistogram.Histogram;

/**
 * The stages of a commit in their order, and what the proxy counts. Thread-safe.
 *
 * @param capture of the engine's transactions; empty where this node never led
 * @param log of appends; empty before the node is a member
 * @param proxy of answers to clients
 */
record CommitStages(
        Supplier<Optional<CommitTimings>> capture, Supplier<Optional<LogTimings>> log, Supplier<ProxyMetrics> proxy)
        implements TimingsSource {
    @Override
    public Map<String, Histogram> timings() {
        Optional<CommitTimings> captured = capture.get();
        Optional<LogTimings> logged = log.get();
        Map<String, Histogram> stages = new LinkedHashMap<>();
        stages.put("capture_receive", of(captured, CommitTimings::receive));
        stages.put("capture_queue", of(captured, CommitTimings::queue));
        stages.put("log_queue", of(logged, LogTimings::queue));
        stages.put("log_write", of(logged, LogTimings::write));
        stages.put("log_sync", of(logged, LogTimings::sync));
        stages.put("log_quorum", of(logged, LogTimings::quorum));
        stages.put("log_committed", of(captured, CommitTimings::log));
        stages.put("capture_acknowledge", of(captured, CommitTimings::acknowledge));
        stages.put("proxy_gate", micros(proxy.get().gateWaitNanos()));
        return stages;
    }

    @Override
    public Map<String, Long> counts() {
        ProxyMetrics.Counters counters = proxy.get().counters();
        Map<String, Long> counts = new LinkedHashMap<>();
        counts.put("proxy_connections", counters.connections());
        counts.put("proxy_refused_connections", counters.refused());
        counts.put("proxy_denied_logins", counters.deniedLogins());
        counts.put("proxy_idle_cut", counters.idleCuts());
        counts.put("proxy_slow_readers_cut", counters.slowReaders());
        counts.put("proxy_engine_connections_given_back", counters.rests());
        counts.put("proxy_engine_connections_reused", counters.reused());
        counts.put("proxy_local_statements", counters.localStatements());
        counts.put("proxy_leader_statements", counters.leaderStatements());
        return counts;
    }

    private static <T> Histogram of(Optional<T> source, Function<T, Histogram> stage) {
        return source.map(stage).orElseGet(CommitStages::empty);
    }

    private static Histogram empty() {
        return new Histogram(2);
    }

    private static Histogram micros(Histogram nanos) {
        Histogram micros = empty();
        nanos.recordedValues()
                .forEach(value -> micros.recordValueWithCount(
                        value.getValueIteratedTo() / 1_000, value.getCountAtValueIteratedTo()));
        return micros;
    }
}
