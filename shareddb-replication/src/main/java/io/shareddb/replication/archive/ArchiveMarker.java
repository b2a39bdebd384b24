package io.shareddb.replication.archive;

import io.shareddb.replication.log.Position;
import java.nio.ByteBuffer;

/**
 * The state of the history at a place in the log, for a log that is to begin there.
 *
 * @param position the last entry that is in it
 * @param payload what {@link LogArchive#onMarker} reads
 */
public record ArchiveMarker(Position position, ByteBuffer payload) {}
