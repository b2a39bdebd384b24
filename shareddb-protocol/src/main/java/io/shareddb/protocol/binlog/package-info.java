/**
 * The binlog as it travels: event headers, the events that a replication middleman has to understand, GTIDs of both
 * engines, checksums, and semi-synchronous acknowledgement. Events that need no understanding stay bytes.
 *
 * <p>An <em>event</em> here is a {@link io.netty.buffer.ByteBuf} from its header to its checksum. On the wire it is the
 * rest of a payload that starts with 00, see {@link io.shareddb.protocol.binlog.EventPacket}. An event of 16 MB and more
 * is one payload like any other: {@link io.shareddb.protocol.wire.PayloadDecoder} joins its packets and
 * {@link io.shareddb.protocol.wire.PayloadEncoder} splits it.
 */
@NullMarked
package io.shareddb.protocol.binlog;

import org.jspecify.annotations.NullMarked;
