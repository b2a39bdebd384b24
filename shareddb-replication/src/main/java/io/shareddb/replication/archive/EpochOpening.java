package io.shareddb.replication.archive;

import io.shareddb.replication.engine.EnginePosition;
import io.shareddb.replication.log.NodeId;
import java.nio.ByteBuffer;

/**
 * What a leader says when it opens for writes.
 *
 * @param term the term that it leads in, which names the epoch
 * @param timestampMillis now, milliseconds since 1970
 * @param family name of its engine's family
 * @param leader itself
 * @param engineVersion as its engine's greeting gives it
 * @param base what its engine holds: all of the committed history, nothing else
 * @param format its engine's binlog format description event
 */
public record EpochOpening(
        long term,
        long timestampMillis,
        String family,
        NodeId leader,
        String engineVersion,
        EnginePosition base,
        ByteBuffer format) {
    EpochHeader header(long opening) {
        return new EpochHeader(
                term, opening, timestampMillis, family, leader.value(), engineVersion, base.text(), format);
    }
}
