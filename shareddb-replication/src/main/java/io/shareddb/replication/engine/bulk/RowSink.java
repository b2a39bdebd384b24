package io.shareddb.replication.engine.bulk;

import java.io.IOException;

/** Takes the values of rows, in order, as the engine sends them. One thread. */
public interface RowSink {
    /** SQL's NULL. */
    void nullValue() throws IOException;

    /** A value of {@code length} bytes begins; the bytes follow. */
    void value(long length) throws IOException;

    /** The next bytes of the value; {@code buffer} is valid during the call only. */
    void bytes(byte[] buffer, int offset, int length) throws IOException;

    /** All values of the row were told. */
    void endRow() throws IOException;
}
