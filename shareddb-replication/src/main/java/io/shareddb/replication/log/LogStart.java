package io.shareddb.replication.log;

import java.nio.ByteBuffer;

/**
 * Where the log of a new member can begin, if not with its first entry. Immutable.
 *
 * @param position of the last entry before it, committed; the entries behind it are kept
 * @param members committed ones of that time
 * @param payload what {@link LogListener#takeMarker} gave there; not to be changed
 */
public record LogStart(Position position, Members members, ByteBuffer payload) {}
