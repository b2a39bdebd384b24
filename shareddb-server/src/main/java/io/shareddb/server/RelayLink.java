package io.shareddb.server;

import io.netty.channel.EventLoopGroup;
import io.shareddb.replication.archive.TransactionArchive;
import io.shareddb.replication.engine.EngineAccess;
import io.shareddb.replication.engine.EngineException;
import io.shareddb.replication.engine.EnginePosition;
import io.shareddb.replication.engine.EngineProcess;
import io.shareddb.replication.engine.RelayAddress;
import io.shareddb.replication.relay.Relay;
import io.shareddb.replication.relay.RelayConfig;
import java.io.IOException;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.NetworkInterface;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * The binlog server of this node, where its engine can reach it: on loopback for an engine on loopback, else on the address from which
 * packets to the engine come. That may change when the engine moves, and then the relay does too. Thread-safe.
 */
final class RelayLink implements AutoCloseable {
    private static final String LOOPBACK = "127.0.0.1";
    private static final String ANY = "0.0.0.0";

    private final EngineProcess engine;
    private final Optional<String> configured;
    private final TransactionArchive archive;
    private final EventLoopGroup loops;
    private @Nullable Relay relay; // guarded by this
    private String bound = ""; // guarded by this

    /** @param configured the address that the engine is told, if it is not the one that is found out */
    RelayLink(EngineProcess engine, Optional<String> configured, TransactionArchive archive, EventLoopGroup loops) {
        this.engine = engine;
        this.configured = configured;
        this.archive = archive;
        this.loops = loops;
    }

    /** Where the engine finds the relay, which listens from now on; the engine runs. May block to look up a name. */
    synchronized RelayAddress address() {
        try {
            String own = engine.managed() ? LOOPBACK : towards(engine.access());
            String told = engine.managed() ? own : configured.orElse(own);
            String bind = told.equals(own) || isOurs(told) ? told : ANY;
            Relay current = relay;
            if (current == null || !bind.equals(bound)) {
                close();
                current = new Relay(
                        RelayConfig.onLoopback().withHost(bind),
                        engine.family(),
                        archive,
                        this::awaitApplied,
                        loops,
                        new SecureRandom());
                relay = current;
                bound = bind;
            }
            RelayAddress listening = current.address();
            return new RelayAddress(told, listening.port(), listening.account());
        } catch (IOException e) {
            throw new EngineException("cannot listen for the engine: " + e.getMessage(), e);
        }
    }

    private boolean awaitApplied(EnginePosition position, Duration timeout) {
        return engine.family().administer(engine.access()).awaitApplied(position, timeout);
    }

    /** The address that packets to the engine have as their source; none is sent. */
    private static String towards(EngineAccess access) throws IOException {
        try (DatagramSocket socket = new DatagramSocket()) {
            socket.connect(new InetSocketAddress(InetAddress.getByName(access.host()), access.port()));
            return socket.getLocalAddress().getHostAddress();
        }
    }

    private static boolean isOurs(String host) throws IOException {
        return NetworkInterface.getByInetAddress(InetAddress.getByName(host)) != null;
    }

    @Override
    public synchronized void close() {
        Relay current = relay;
        relay = null;
        if (current != null) {
            current.close();
        }
    }
}
