package io.shareddb.server;

import io.netty.channel.EventLoopGroup;
import io.shareddb.protocol.transport.EventLoops;
import io.shareddb.replication.archive.LogArchive;
import io.shareddb.replication.engine.EngineProcess;
import io.shareddb.replication.log.NodeId;
import io.shareddb.replication.log.ReplicatedLog;
import io.shareddb.server.config.NodeConfig;
import java.util.concurrent.TimeUnit;

/** A node's engine, and what connects it to the log: capture while it leads, relay while it follows. Thread-safe. */
final class EngineSide implements AutoCloseable {
    private final EngineProcess engine;
    private final EventLoopGroup loops;
    private final RelayLink relay;
    private final CaptureLink captures;

    /**
     * Puts together; nothing runs.
     *
     * @param engine closed with this
     * @param logLoop the log's own, for the capture
     */
    EngineSide(
            NodeConfig config,
            EngineProcess engine,
            NodeId own,
            ReplicatedLog log,
            LogArchive archive,
            EventLoopGroup logLoop) {
        this.engine = engine;
        loops = EventLoops.start(1, config.nodeName() + "-relay");
        engine.knowCommitted(() -> archive.knownPosition(engine.family()));
        relay = new RelayLink(engine, config.engine().relayHost(), archive, loops);
        captures = new CaptureLink(own, engine.family(), logLoop, log, archive);
    }

    EngineProcess engine() {
        return engine;
    }

    RelayLink relay() {
        return relay;
    }

    CaptureLink captures() {
        return captures;
    }

    /** Of connections to the engine; the log goes on. */
    void closeRelay() {
        relay.close();
    }

    @Override
    public void close() {
        engine.close();
        loops.shutdownGracefully(0, 2, TimeUnit.SECONDS).awaitUninterruptibly(3, TimeUnit.SECONDS);
    }
}
