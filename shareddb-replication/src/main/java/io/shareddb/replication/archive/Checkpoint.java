package io.shareddb.replication.archive;

/**
 * The state of the history between two entries of the log: everything that is needed to go on reading there.
 *
 * <pre>
 * int&lt;8&gt; next index | int&lt;8&gt; seq | int&lt;8&gt; epoch | int&lt;8&gt; opening | int&lt;8&gt; next batch
 * int&lt;8&gt; timestamp | text position | text last gtid
 * </pre>
 *
 * @param nextIndex the log entry that comes next
 * @param seq the last transaction before it; 0: none
 * @param epoch the open epoch; 0: none
 * @param opening which opening of it
 * @param nextBatch the number that the next batch must have
 * @param timestampMillis of transaction {@code seq}
 * @param position text of what an engine holds that has applied everything up to {@code seq}
 * @param lastGtid text of the GTID of transaction {@code seq}; empty: none
 */
record Checkpoint(
        long nextIndex,
        long seq,
        long epoch,
        long opening,
        long nextBatch,
        long timestampMillis,
        String position,
        String lastGtid) {
    /** Before the first entry. */
    static final Checkpoint START = new Checkpoint(1, 0, 0, 0, 1, 0, "", "");

    static Checkpoint read(FieldReader reader) {
        return new Checkpoint(
                reader.int8(),
                reader.int8(),
                reader.int8(),
                reader.int8(),
                reader.int8(),
                reader.int8(),
                reader.text(),
                reader.text());
    }

    void write(FieldWriter writer) {
        writer.int8(nextIndex)
                .int8(seq)
                .int8(epoch)
                .int8(opening)
                .int8(nextBatch)
                .int8(timestampMillis)
                .text(position)
                .text(lastGtid);
    }
}
