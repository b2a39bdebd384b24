package io.shareddb.replication.snapshot;

import java.util.HashMap;
import java.util.Map;

/** Reckons how far a copy is from the tables' estimated sizes and the rows that were copied. Thread-safe. */
public final class ProgressMeter {
    /** What an estimate says of a table that is not done. */
    private static final double ALMOST = 0.99;

    private static final class Open {
        private final TableSize size;
        private long rows;

        Open(TableSize size) {
            this.size = size;
        }

        double bytes() {
            double part = size.rows() == 0 ? 0 : Math.min(ALMOST, (double) rows / size.rows());
            return part * size.bytes();
        }
    }

    private final Map<Integer, Open> open = new HashMap<>(); // guarded by this
    private long bytesEstimated; // guarded by this
    private double bytesDone; // guarded by this
    private long rows; // guarded by this

    /** A copy begins, perhaps again. */
    public synchronized void begin(long allBytesEstimated) {
        open.clear();
        bytesEstimated = allBytesEstimated;
        bytesDone = 0;
        rows = 0;
    }

    /** The rows of a table begin. */
    public synchronized void table(int id, TableSize size) {
        open.put(id, new Open(size));
    }

    /** Some of its rows were copied. */
    public synchronized void rows(int id, long count) {
        rows += count;
        Open table = open.get(id);
        if (table != null) {
            table.rows += count;
        }
    }

    /** All of its rows were copied. */
    public synchronized void tableEnd(int id) {
        Open table = open.remove(id);
        if (table != null) {
            bytesDone += table.size.bytes();
        }
    }

    /** Rows so far. */
    public synchronized long rows() {
        return rows;
    }

    /** 0 to 100. */
    public synchronized double percent() {
        double done = bytesDone;
        for (Open table : open.values()) {
            done += table.bytes();
        }
        return bytesEstimated <= 0 ? 0 : Math.min(100, 100 * done / bytesEstimated);
    }
}
