package io.shareddb.server.chaos;

import com.fasterxml.jackson.databind.json.JsonMapper;
import java.io.BufferedWriter;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * What clients asked for and were told, one line of JSON each, with faults and violations in between. Times are milliseconds since the
 * start. Thread-safe.
 */
final class History implements AutoCloseable {
    private static final int MAX_VIOLATIONS = 50;

    private final JsonMapper json = JsonMapper.builder().build();
    private final long startNanos = System.nanoTime();
    private final Path file;
    private final BufferedWriter out; // guarded by this
    private final List<Long> acknowledged = new ArrayList<>(); // when, in order; guarded by this
    private final Map<String, Map<Outcome, Long>> outcomes = new TreeMap<>(); // guarded by this
    private final Map<String, Long> errors = new TreeMap<>(); // guarded by this
    private final List<String> violations = new ArrayList<>(); // guarded by this

    History(Path file) throws IOException {
        this.file = file;
        this.out = Files.newBufferedWriter(file);
    }

    Path file() {
        return file;
    }

    long millis() {
        return (System.nanoTime() - startNanos) / 1_000_000;
    }

    /** Something that a client asked for at {@code node}. */
    final class Attempt {
        private final String workload;
        private final int node;
        private final String what;
        private final long asked = millis();

        private Attempt(String workload, int node, String what) {
            this.workload = workload;
            this.node = node;
            this.what = what;
        }

        void committed() {
            told(Outcome.COMMITTED, "");
        }

        /** Tells what the error says of the transaction. */
        Outcome failed(java.sql.SQLException e, boolean commitAsked) {
            Outcome outcome = Outcome.of(e, commitAsked);
            told(outcome, e.getErrorCode() + " (" + e.getSQLState() + ") " + e.getMessage());
            return outcome;
        }

        private void told(Outcome outcome, String error) {
            long now = millis();
            Map<String, Object> line = new LinkedHashMap<>();
            line.put("at", asked);
            line.put("took", now - asked);
            line.put("node", node);
            line.put("workload", workload);
            line.put("what", what);
            line.put("outcome", outcome);
            if (!error.isEmpty()) {
                line.put("error", error);
            }
            synchronized (History.this) {
                if (outcome == Outcome.COMMITTED) {
                    acknowledged.add(now);
                } else {
                    errors.merge(outcome + " " + kindOf(error), 1L, Long::sum);
                }
                outcomes.computeIfAbsent(workload, name -> new EnumMap<>(Outcome.class))
                        .merge(outcome, 1L, Long::sum);
                write(line);
            }
        }
    }

    Attempt begin(String workload, int node, String what) {
        return new Attempt(workload, node, what);
    }

    /** Something that was not a client's. */
    void note(String kind, Object what) {
        Map<String, Object> line = new LinkedHashMap<>();
        line.put("at", millis());
        line.put(kind, what);
        synchronized (this) {
            write(line);
        }
    }

    /** A promise that was broken. */
    void violation(String what) {
        note("violation", what);
        synchronized (this) {
            if (violations.size() < MAX_VIOLATIONS) {
                violations.add("at " + millis() + " ms: " + what);
            }
        }
    }

    synchronized List<String> violations() {
        return List.copyOf(violations);
    }

    synchronized Map<String, Map<Outcome, Long>> outcomes() {
        Map<String, Map<Outcome, Long>> copy = new TreeMap<>();
        outcomes.forEach((workload, counts) -> copy.put(workload, new EnumMap<>(counts)));
        return copy;
    }

    private static String kindOf(String error) {
        String line = error.lines().findFirst().orElse("");
        int text = line.indexOf(')') + 1; // number and SQLSTATE are kept
        return line.substring(0, text) + line.substring(text).replaceAll("\\d+", "N");
    }

    /** How often each error was seen, numbers in its text left out. */
    synchronized Map<String, Long> errors() {
        return new TreeMap<>(errors);
    }

    /** The longest time within two instants, both in {@link #millis}, in which nothing was acknowledged to anybody. */
    synchronized Duration longestSilence(long from, long to) {
        int first = acknowledged.size();
        while (first > 0 && acknowledged.get(first - 1) >= from) {
            first--;
        }
        long last = from;
        long longest = 0;
        for (long at : acknowledged.subList(first, acknowledged.size())) {
            if (at <= to) {
                longest = Math.max(longest, at - last);
                last = at;
            }
        }
        return Duration.ofMillis(Math.max(longest, to - last));
    }

    private void write(Map<String, Object> line) {
        try {
            out.write(json.writeValueAsString(line));
            out.write('\n');
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Override
    public synchronized void close() throws IOException {
        out.close();
    }
}
