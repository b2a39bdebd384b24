package io.shareddb.replication.engine;

import java.util.Optional;

/**
 * What an engine says of itself at one instant.
 *
 * @param applied what it has applied as a follower, from its own tables; on MySQL what it wrote itself is part of it
 * @param originated the last transaction that it wrote itself and keeps in its binlog, acknowledged or not; empty where
 *     {@code applied} tells that as well
 * @param following its applier runs
 * @param followError why its applier stopped, in its own words
 * @param readOnly clients cannot write
 */
public record EngineState(
        EnginePosition applied,
        Optional<Gtid> originated,
        boolean following,
        Optional<String> followError,
        boolean readOnly) {}
