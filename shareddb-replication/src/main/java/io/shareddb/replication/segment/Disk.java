package io.shareddb.replication.segment;

import java.io.IOException;
import java.util.List;

/**
 * One directory of a file system, with what a crash may do to it spelled out. Thread-safe.
 *
 * <p>What was written is safe from a crash after {@link LogFile#sync}; names (created, renamed, deleted files) after
 * {@link #syncNames}. Until then a crash may keep it, lose it, or keep a part of what was written.
 */
public interface Disk extends AutoCloseable {
    /** Names of all files, sorted. */
    List<String> list() throws IOException;

    /** Opens an existing file for reading and writing. */
    LogFile open(String name) throws IOException;

    /** Makes a new file of {@code size} zero bytes, which occupy the disk already; replaces one of that name. */
    LogFile create(String name, long size) throws IOException;

    /** Renames; an existing {@code to} is replaced; either the old or the new file is found under {@code to} after a crash. */
    void rename(String from, String to) throws IOException;

    void delete(String name) throws IOException;

    /** Makes created, renamed and deleted names durable. */
    void syncNames() throws IOException;

    /** Where it is, for messages. */
    String describe();

    /** Gives the directory back to other users. */
    @Override
    void close() throws IOException;
}
