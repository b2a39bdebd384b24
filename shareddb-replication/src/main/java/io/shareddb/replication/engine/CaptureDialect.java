package io.shareddb.replication.engine;

import io.shareddb.protocol.wire.Payload;
import java.time.Duration;
import java.util.List;

/** How the leader's operator reads the binlog of this kind of engine: what it sends, how it frames transactions. Stateless. */
public interface CaptureDialect {
    /** Statements that come first; each is answered with OK. */
    List<String> setup(Request request);

    /** Commands that follow; each is answered with OK, but the last one with the stream of events. */
    List<Payload> commands(Request request);

    /** Frames the stream that starts after {@code from}. */
    TransactionFramer framer(EnginePosition from);

    /**
     * What is asked of the engine.
     *
     * @param from what the capture has already
     * @param replicaId server id that the capture goes by; differs from every engine's and every other replica's
     * @param heartbeat how long the engine may be silent
     */
    record Request(EnginePosition from, long replicaId, Duration heartbeat) {}
}
