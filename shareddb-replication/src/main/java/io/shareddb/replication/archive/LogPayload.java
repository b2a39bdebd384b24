package io.shareddb.replication.archive;

import io.shareddb.replication.log.LogCorruptException;
import java.nio.ByteBuffer;

/**
 * What an entry of the log holds: the opening of an epoch, or a batch of transactions.
 *
 * <pre>int&lt;1&gt; kind: 1 epoch, 2 batch | int&lt;1&gt; version of the layout: 1 | body</pre>
 *
 * Integers are big endian; {@code text} (UTF-8) and {@code bytes} have their length in front, {@code int<4>}.
 */
sealed interface LogPayload permits EpochHeader, Batch {
    int EPOCH = 1;
    int BATCH = 2;
    int VERSION = 1;

    /**
     * Reads a payload; views into it stay valid as long as it is not changed.
     *
     * @throws LogCorruptException if it is anything else than a payload of a known version
     */
    static LogPayload read(ByteBuffer payload) {
        FieldReader reader = new FieldReader(payload);
        int kind = reader.int1();
        int version = reader.int1();
        if (version != VERSION || (kind != EPOCH && kind != BATCH)) {
            throw new LogCorruptException(
                    "log entry of kind " + kind + " and version " + version + " (expected: kind 1 or 2, version 1)");
        }
        LogPayload result = kind == EPOCH ? EpochHeader.read(reader) : Batch.read(reader);
        reader.end();
        return result;
    }

    /** The encoded form, to be appended. */
    ByteBuffer encode();
}
