/**
 * Bytes only: packets, payloads, and the field types they are made of.
 *
 * <p>A <em>packet</em> is what the wire carries: four bytes of header and at most 2^24 - 1 bytes of body. A
 * <em>payload</em> is what a side means to say: the bodies of one packet, or of several when it is longer. Who reads
 * payloads starts at {@link io.shareddb.protocol.wire.PayloadDecoder}; who passes packets on without reading them, at
 * {@link io.shareddb.protocol.wire.PacketDecoder}. Field types are in {@link io.shareddb.protocol.wire.Fields}.
 */
@NullMarked
package io.shareddb.protocol.wire;

import org.jspecify.annotations.NullMarked;
