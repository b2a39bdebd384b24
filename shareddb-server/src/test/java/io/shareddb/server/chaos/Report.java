package io.shareddb.server.chaos;

import com.fasterxml.jackson.databind.SerializationFeature;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;

/** What a run found. One thread. */
final class Report {
    private final Map<String, Object> head = new LinkedHashMap<>();
    private final Map<String, List<Long>> silences = new TreeMap<>();
    private final Map<String, List<Long>> recoveries = new TreeMap<>();
    private final Map<String, Map<Outcome, Long>> outcomes = new TreeMap<>();
    private final Map<String, Long> errors = new TreeMap<>();
    private final List<String> violations = new ArrayList<>();
    private int faults;

    void say(String name, Object value) {
        head.put(name, value);
    }

    /**
     * A fault and what it cost.
     *
     * @param silence the longest time without an acknowledged write
     * @param recovery until every node served again; negative if nobody waited for that
     */
    void fault(Fault fault, Duration silence, Duration recovery) {
        faults++;
        silences.computeIfAbsent(fault.group(), group -> new ArrayList<>()).add(silence.toMillis());
        if (!recovery.isNegative()) {
            recoveries
                    .computeIfAbsent(fault.group(), group -> new ArrayList<>())
                    .add(recovery.toMillis());
        }
    }

    /** A round is over. */
    void add(History history) {
        history.outcomes()
                .forEach((workload, counts) ->
                        counts.forEach((outcome, count) -> outcomes.computeIfAbsent(workload, name -> new TreeMap<>())
                                .merge(outcome, count, Long::sum)));
        history.errors().forEach((error, count) -> errors.merge(error, count, Long::sum));
        violations.addAll(history.violations());
    }

    int faults() {
        return faults;
    }

    List<String> violations() {
        return List.copyOf(violations);
    }

    /** Milliseconds that {@code share} of the values do not exceed. */
    static long percentile(List<Long> values, double share) {
        List<Long> sorted = new ArrayList<>(values);
        Collections.sort(sorted);
        return sorted.get((int) Math.ceil(share * sorted.size()) - 1);
    }

    void write(Path directory) throws IOException {
        Map<String, Object> all = new LinkedHashMap<>(head);
        all.put("faults", faults);
        all.put("violations", violations);
        all.put("outcomes", outcomes);
        all.put("errors", errors);
        all.put("unavailableMillis", silences);
        all.put("recoveredMillis", recoveries);
        Files.writeString(
                directory.resolve("report.json"),
                JsonMapper.builder()
                        .enable(SerializationFeature.INDENT_OUTPUT)
                        .build()
                        .writeValueAsString(all));
        Files.writeString(directory.resolve("report.txt"), this + "\n");
    }

    @Override
    public String toString() {
        List<String> lines = new ArrayList<>();
        head.forEach((name, value) -> lines.add(name + ": " + value));
        lines.add("faults: " + faults + ", violations: " + violations.size());
        violations.forEach(violation -> lines.add("  VIOLATION " + violation));
        lines.add(String.format(
                Locale.ROOT,
                "%n%-32s %5s %28s %28s",
                "fault",
                "count",
                "no write, ms p50/p99/max",
                "recovered, ms p50/max"));
        silences.forEach((group, values) -> {
            List<Long> recovered = recoveries.getOrDefault(group, List.of());
            lines.add(String.format(
                    Locale.ROOT,
                    "%-32s %5d %10d %8d %8d %19s",
                    group,
                    values.size(),
                    percentile(values, 0.5),
                    percentile(values, 0.99),
                    Collections.max(values),
                    recovered.isEmpty() ? "-" : percentile(recovered, 0.5) + " / " + Collections.max(recovered)));
        });
        lines.add(String.format(
                Locale.ROOT, "%n%-10s %12s %12s %12s", "workload", "committed", "rolled back", "unknown"));
        outcomes.forEach((workload, counts) -> lines.add(String.format(
                Locale.ROOT,
                "%-10s %12d %12d %12d",
                workload,
                counts.getOrDefault(Outcome.COMMITTED, 0L),
                counts.getOrDefault(Outcome.ROLLED_BACK, 0L),
                counts.getOrDefault(Outcome.UNKNOWN, 0L))));
        lines.add("");
        errors.forEach((error, count) -> lines.add(count + " x " + error));
        return String.join(System.lineSeparator(), lines);
    }
}
