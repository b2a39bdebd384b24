package io.shareddb.cluster.role;

/** Counts how often the applier stopped without getting any further in between. Role thread only. */
final class ApplierStops {
    private static final int PATIENCE = 2;

    private int times;
    private long lastSeq = -1;

    /** It stopped after {@code seq}. @return how often in a row */
    int count(long seq) {
        times = seq > lastSeq || times > PATIENCE ? 1 : times + 1;
        lastSeq = seq;
        return times;
    }

    boolean isFirst() {
        return times == 1;
    }

    /** Nothing but a fresh copy will help. */
    boolean isHopeless() {
        return times > PATIENCE;
    }
}
