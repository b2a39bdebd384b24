package io.shareddb.replication.capture;

import io.shareddb.replication.engine.Credentials;
import io.shareddb.replication.engine.EngineAccess;
import io.shareddb.replication.engine.EngineFamily;
import java.net.SocketAddress;
import java.time.Clock;
import java.time.Duration;
import java.util.List;

/**
 * How an engine is captured.
 *
 * @param family what kind of engine it is
 * @param addresses where it is, the one to be tried first in front
 * @param account may replicate
 * @param heartbeat how often an idle engine says that it lives; the connection is given up after five times that
 * @param maxInFlight how many batches may be on their way into the log at once
 * @param maxQueuedBytes how much may be captured and not committed, before the engine is not read from any more
 * @param clock timestamps of transactions
 */
public record CaptureConfig(
        EngineFamily family,
        List<SocketAddress> addresses,
        Credentials account,
        Duration heartbeat,
        int maxInFlight,
        long maxQueuedBytes,
        Clock clock) {
    /** Server id that the capture goes by: above that of an engine that does not lead, below those that engines get. */
    static final long REPLICA_ID = 3;

    static final int SILENT_HEARTBEATS = 5;

    /** Heartbeats each second, two batches in flight, 16 MB. */
    public static CaptureConfig of(EngineFamily family, EngineAccess engine) {
        return new CaptureConfig(
                family, engine.addresses(), engine.account(), Duration.ofSeconds(1), 2, 16 << 20, Clock.systemUTC());
    }
}
