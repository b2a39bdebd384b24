package io.shareddb.replication.capture;

import io.shareddb.protocol.binlog.EventHeader;

/**
 * Follows the place in the engine's binlog. Events say where they end in 32 bits only, and some not at all, but files may grow
 * beyond 4 GB: lengths are added up, and what events say corrects the sum. One thread.
 */
final class BinlogOffset {
    private String file = "";
    private long offset;

    /** The following events are in {@code newFile}. */
    void rotate(String newFile, long newOffset) {
        file = newFile;
        offset = newOffset;
    }

    /** An event of the file came. */
    void advance(EventHeader header) {
        set(offset + header.length(), header.nextPosition());
    }

    /** The stream says where it goes on. */
    void correct(EventHeader header) {
        set(offset, header.nextPosition());
    }

    private void set(long expected, long said) {
        offset = said == 0 ? expected : Math.max(said, expected + (int) (said - expected));
    }

    BinlogPlace place() {
        return new BinlogPlace(file, offset);
    }
}
