package io.shareddb.replication.archive;

import io.shareddb.replication.engine.Gtid;
import io.shareddb.replication.log.LogCorruptException;
import java.nio.ByteBuffer;
import org.jspecify.annotations.Nullable;

/**
 * The state of the history as the log keeps it between two entries.
 *
 * <pre>
 * int&lt;1&gt; version of the layout: 1 | {@link Checkpoint} | int&lt;1&gt; an epoch is open | its {@link EpochHeader} if so
 * int&lt;1&gt; a transaction is unfinished | if so: text gtid, int&lt;8&gt; timestamp, int&lt;8&gt; bytes so far
 * </pre>
 */
final class Marker {
    private static final int VERSION = 1;

    private Marker() {}

    static ByteBuffer write(History history) {
        FieldWriter writer = new FieldWriter(1024).int1(VERSION);
        history.checkpoint().write(writer);
        EpochHeader header = history.header();
        writer.int1(header == null ? 0 : 1);
        if (header != null) {
            header.write(writer);
        }
        Unfinished unfinished = history.unfinished();
        writer.int1(unfinished == null ? 0 : 1);
        if (unfinished != null) {
            unfinished.write(writer);
        }
        return writer.finish();
    }

    static History read(ByteBuffer marker, Families families) {
        FieldReader reader = new FieldReader(marker);
        int version = reader.int1();
        if (version != VERSION) {
            throw new LogCorruptException("marker of version " + version + " (expected: " + VERSION + ")");
        }
        Checkpoint checkpoint = Checkpoint.read(reader);
        @Nullable
        EpochHeader header = reader.int1() == 1 ? EpochHeader.read(reader).detached() : null;
        History history = new History(families, checkpoint, header);
        if (reader.int1() == 1 && header != null) {
            Gtid gtid = families.named(header.family()).gtid(reader.text());
            history.resume(new Unfinished(gtid, reader.int8(), reader.int8()));
        }
        reader.end();
        return history;
    }
}
