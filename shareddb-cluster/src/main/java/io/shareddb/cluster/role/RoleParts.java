package io.shareddb.cluster.role;

import io.shareddb.cluster.member.StateStore;
import io.shareddb.cluster.peer.PeerStatus;
import io.shareddb.cluster.repair.Reseed;
import io.shareddb.replication.archive.TransactionArchive;
import io.shareddb.replication.engine.EngineProcess;
import io.shareddb.replication.engine.RelayAddress;
import io.shareddb.replication.log.NodeId;
import io.shareddb.replication.log.ReplicatedLog;
import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;

/**
 * What a role holds together. It starts and stops the engine and starts the log; everything else stays its owner's.
 *
 * @param own this node
 * @param engine its engine
 * @param log the log, not started
 * @param startLog starts it with the archive as its listener, and the archive's leadership events going to the role; blocks
 * @param archive the committed history
 * @param captures connects a leader's engine to the log
 * @param relay where the engine finds this operator's binlog server, which runs
 * @param reseed loads copies
 * @param store remembers the plan
 * @param peers what is known of the other members
 * @param clients what sessions do at this node's engine
 * @param adopted the node whose database is the beginning of the history; empty: it begins with nothing
 * @param boot names the time since the machine was started, another after each start; empty if that is not known or if a leader's engine is
 *     to sync each commit
 */
public record RoleParts(
        NodeId own,
        EngineProcess engine,
        ReplicatedLog log,
        Runnable startLog,
        TransactionArchive archive,
        Captures captures,
        Supplier<RelayAddress> relay,
        Reseed reseed,
        StateStore store,
        Supplier<List<PeerStatus>> peers,
        Clients clients,
        Optional<NodeId> adopted,
        String boot) {}
