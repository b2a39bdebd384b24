package io.shareddb.server.proxy;

import java.net.InetAddress;
import java.security.SecureRandom;
import java.util.Collection;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;

/**
 * The sessions of one proxy by the id in their greeting. Thread-safe.
 *
 * <p>Ids lie above 2^31, where no engine's connection ids are, and differ between proxies in eleven random bits, so that an id
 * of another node's session is most likely unknown here rather than somebody else's.
 *
 * <pre>bit 31: 1 | 11 bits: random per proxy | 20 bits: counter</pre>
 */
final class SessionRegistry {
    private static final int COUNTER_BITS = 20;

    private final Map<Long, ProxySession> sessions = new ConcurrentHashMap<>();
    private final Set<Long> unauthenticated = ConcurrentHashMap.newKeySet();
    private final Map<Long, InetAddress> clients = new ConcurrentHashMap<>();
    private final Map<InetAddress, Integer> perAddress = new ConcurrentHashMap<>();
    private final long base;
    private final AtomicInteger counter = new AtomicInteger();
    private final AtomicLong acknowledgedSeq = new AtomicLong();

    SessionRegistry(SecureRandom random) {
        base = 1L << 31 | (long) random.nextInt(1 << 11) << COUNTER_BITS;
    }

    /** Whether {@code id} is one of a proxy, not of an engine. */
    static boolean isProxyId(long id) {
        return id >>> 31 != 0;
    }

    long nextId() {
        long id;
        do {
            id = base | (counter.getAndIncrement() & ((1 << COUNTER_BITS) - 1));
        } while (sessions.containsKey(id));
        return id;
    }

    /** Somebody has connected. */
    void add(ProxySession session) {
        sessions.put(session.id(), session);
        unauthenticated.add(session.id());
    }

    /** A client has logged in, or is about to: its password was right. */
    void clientAdmitted(ProxySession session, InetAddress address) {
        unauthenticated.remove(session.id());
        if (clients.putIfAbsent(session.id(), address) == null) {
            perAddress.merge(address, 1, Integer::sum);
        }
    }

    /** A peer has logged in. */
    void peerAdmitted(ProxySession session) {
        unauthenticated.remove(session.id());
    }

    void remove(ProxySession session) {
        sessions.remove(session.id(), session);
        unauthenticated.remove(session.id());
        InetAddress address = clients.remove(session.id());
        if (address != null) {
            perAddress.computeIfPresent(address, (key, count) -> count == 1 ? null : count - 1);
        }
    }

    /** Connections that have not logged in. */
    int unauthenticated() {
        return unauthenticated.size();
    }

    /** Clients from there that have logged in. */
    int clients(InetAddress address) {
        return perAddress.getOrDefault(address, 0);
    }

    Optional<ProxySession> find(long id) {
        return Optional.ofNullable(sessions.get(id));
    }

    /** A session was told that its transaction of that seq is committed. */
    void acknowledged(long seq) {
        acknowledgedSeq.accumulateAndGet(seq, Math::max);
    }

    /** The last transaction that any session was told about; this node's log may not know yet that it is committed. */
    long acknowledgedSeq() {
        return acknowledgedSeq.get();
    }

    /** The session whose connection to this node's engine has that id there. */
    Optional<ProxySession> findByEngineId(long id) {
        return sessions.values().stream()
                .filter(session -> session.engineId() == id && id != 0)
                .findFirst();
    }

    Collection<ProxySession> all() {
        return sessions.values();
    }

    /** Clients that have logged in; peers are none. */
    int clients() {
        return clients.size();
    }
}
