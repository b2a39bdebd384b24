package io.shareddb.api.management;

import io.shareddb.cluster.peer.NodeStatus;
import io.shareddb.cluster.role.NodeState;
import io.shareddb.cluster.storage.DiskLevel;
import io.shareddb.cluster.storage.DiskStatus;
import java.util.Map;
import org.HdrHistogram.Histogram;

/**
 * Metrics as Prometheus reads them. Not thread-safe. The labels' values are states, stages and quantiles only.
 *
 * @see <a href="https://prometheus.io/docs/instrumenting/exposition_formats/">exposition formats</a>
 */
final class PrometheusText {
    static final String MEDIA_TYPE = "text/plain; version=0.0.4; charset=utf-8";

    private static final double MICROS = 1e6;
    private static final double[] QUANTILES = {0.5, 0.9, 0.99};

    private final StringBuilder text = new StringBuilder(4096);

    private PrometheusText() {}

    static String of(NodeStatus status, Map<String, Histogram> timings, Map<String, Long> counts) {
        PrometheusText out = new PrometheusText();
        out.gauge("shareddb_committed_seq", "Last transaction known to be committed", (double) status.committedSeq());
        out.gauge("shareddb_applied_seq", "Last transaction that the engine holds", (double) status.appliedSeq());
        out.gauge("shareddb_lag_seconds", "Age of the oldest transaction that the engine lacks", status.lagSeconds());
        out.gauge("shareddb_epoch", "Epoch that the node leads in or follows", (double) status.epoch());
        out.gauge("shareddb_writable", "1: this node takes writes", status.writable() ? 1 : 0);
        out.gauge("shareddb_readable", "1: this node answers reads", status.readable() ? 1 : 0);
        Double copied = status.copyPercent();
        out.gauge(
                "shareddb_copy_percent",
                "How much of the copy that the engine gets is loaded; 0 while it gets none",
                copied == null ? 0 : copied);
        DiskStatus disk = status.disk();
        if (disk != null) {
            out.gauge("shareddb_disk_free_bytes", "What the data directory's disk has left", (double) disk.freeBytes());
            out.gauge("shareddb_disk_total_bytes", "Size of the data directory's disk", (double) disk.totalBytes());
            out.gauge("shareddb_log_bytes", "Size of the replicated log's files", (double) disk.logBytes());
            out.head("shareddb_disk_level", "1 for how the data directory's disk is", "gauge");
            for (DiskLevel level : DiskLevel.values()) {
                out.sample("shareddb_disk_level", "level=\"" + level.name() + "\"", level == disk.level() ? 1 : 0);
            }
        }
        out.head("shareddb_state", "1 for the state that the node is in", "gauge");
        for (NodeState state : NodeState.values()) {
            out.sample("shareddb_state", "state=\"" + state.name() + "\"", state == status.state() ? 1 : 0);
        }
        out.head("shareddb_commit_stage_seconds", "Stages of a commit since start", "summary");
        timings.forEach(out::stage);
        counts.forEach((name, count) -> {
            String metric = "shareddb_" + name + "_total";
            out.head(metric, "Since start: " + name.replace('_', ' '), "counter");
            out.sample(metric, "", (double) count);
        });
        return out.text.toString();
    }

    private void stage(String stage, Histogram histogram) {
        String label = "stage=\"" + stage + "\"";
        for (double quantile : QUANTILES) {
            sample(
                    "shareddb_commit_stage_seconds",
                    label + ",quantile=\"" + quantile + "\"",
                    histogram.getValueAtPercentile(quantile * 100) / MICROS);
        }
        long count = histogram.getTotalCount();
        sample("shareddb_commit_stage_seconds_sum", label, count == 0 ? 0 : histogram.getMean() * count / MICROS);
        sample("shareddb_commit_stage_seconds_count", label, (double) count);
    }

    private void gauge(String name, String help, double value) {
        head(name, help, "gauge");
        sample(name, "", value);
    }

    private void head(String name, String help, String type) {
        text.append("# HELP ").append(name).append(' ').append(help).append('\n');
        text.append("# TYPE ").append(name).append(' ').append(type).append('\n');
    }

    private void sample(String name, String labels, double value) {
        text.append(name);
        if (!labels.isEmpty()) {
            text.append('{').append(labels).append('}');
        }
        boolean whole = value == Math.rint(value) && Math.abs(value) < 1e15;
        text.append(' ').append(whole ? Long.toString((long) value) : Double.toString(value));
        text.append('\n');
    }
}
