package io.shareddb.server.proxy;

import io.netty.channel.Channel;
import io.netty.channel.ChannelOutboundBuffer;
import io.shareddb.protocol.capability.Capability;
import io.shareddb.protocol.packet.ErrPacket;
import java.time.Duration;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What follows from a session's doing nothing: it gives its connections back, its client is hung up on; and so is one that does not
 * take what it asked for. Event loop only.
 */
@SuppressWarnings("FutureReturnValueIgnored") // closing cannot fail in a way that matters
final class Idleness {
    private static final Logger log = LoggerFactory.getLogger(Idleness.class);

    /** Somebody may still ask about the last statement's warnings or error. */
    private static final int DIAGNOSTICS_FACTOR = 6;

    private static final Duration PRESSED = Duration.ofMillis(100);

    private final ProxySession session;
    private long lastActivityNanos = System.nanoTime();
    private long stuckSinceNanos;
    private long stuckBytes = -1;

    Idleness(ProxySession session) {
        this.session = session;
    }

    /** The client has said something, or was answered. */
    void active() {
        lastActivityNanos = System.nanoTime();
    }

    /**
     * Looks at the clock.
     *
     * @param pressed others wait for connections to the engine
     */
    void look(long nowNanos, boolean pressed) {
        ProxyConfig.Times times = session.context().config().times();
        if (session.isClosed()) {
            return;
        }
        if (stuckNanos(nowNanos) > times.slowReader().toNanos()) {
            session.context().metrics().slowReaders.increment();
            log.debug("session {} is cut: its client does not read", session.id());
            session.channel().close();
            return;
        }
        if (session.isBusy() || session.login().isEmpty()) {
            return;
        }
        long idleNanos = nowNanos - lastActivityNanos;
        if (idleNanos > limit(times).toNanos()) {
            session.context().metrics().idleCuts.increment();
            log.debug(
                    "session {} was idle for {} ms",
                    session.id(),
                    Duration.ofNanos(idleNanos).toMillis());
            hangUp();
        } else if (idleNanos > restAfter(times, pressed).toNanos()) {
            session.rest();
        }
    }

    /** What the session itself has set, if it has. */
    private Duration limit(ProxyConfig.Times times) {
        boolean interactive = session.capabilities().has(Capability.INTERACTIVE);
        return session.state().journal().waitTimeout().orElse(interactive ? times.interactiveIdle() : times.idle());
    }

    private Duration restAfter(ProxyConfig.Times times, boolean pressed) {
        if (session.state().diagnosed()) {
            return times.engineIdle().multipliedBy(DIAGNOSTICS_FACTOR);
        }
        return pressed && times.engineIdle().compareTo(PRESSED) > 0 ? PRESSED : times.engineIdle();
    }

    /** How long what waits for the client has not become less. */
    private long stuckNanos(long nowNanos) {
        Channel channel = session.channel();
        ChannelOutboundBuffer buffer = channel.unsafe().outboundBuffer();
        long bytes = buffer == null || channel.isWritable() ? -1 : buffer.totalPendingWriteBytes();
        if (bytes < 0 || stuckBytes < 0 || bytes < stuckBytes) {
            stuckSinceNanos = nowNanos;
        }
        stuckBytes = bytes;
        return nowNanos - stuckSinceNanos;
    }

    /** As engines do it: MySQL says why, MariaDB just closes. */
    private void hangUp() {
        Optional<ErrPacket> reason = session.context()
                .engine()
                .last()
                .flatMap(engine -> engine.family().sessions().idleTooLong())
                .map(words -> new ErrPacket(4031, "HY000", words));
        if (reason.isPresent()) {
            session.refuseAndClose(reason.get(), 0);
        } else {
            session.channel().close();
        }
    }
}
