package io.shareddb.server.accounts;

import io.shareddb.protocol.packet.ErrPacket;
import io.shareddb.protocol.packet.SqlException;
import io.shareddb.server.proxy.Accounts;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.BooleanSupplier;
import java.util.function.Supplier;

/** Admits clients while this node leads, and nobody else: others are told who leads. Thread-safe. */
public final class LeaderOnlyAccounts implements Accounts {
    private static final int OPTION_PREVENTS = 1290;

    /** The server rejects the connection: drivers that know several hosts try the next one. */
    private static final String REJECTED = "08004";

    private final Accounts accounts;
    private final BooleanSupplier leads;
    private final Supplier<Optional<InetSocketAddress>> leader;

    /**
     * Wraps {@code accounts}.
     *
     * @param leads asked for each login, on its event loop
     * @param leader the MySQL endpoint of the node that leads, where that is known and another one; likewise
     */
    public LeaderOnlyAccounts(Accounts accounts, BooleanSupplier leads, Supplier<Optional<InetSocketAddress>> leader) {
        this.accounts = accounts;
        this.leads = leads;
        this.leader = leader;
    }

    @Override
    public CompletionStage<Optional<Entry>> find(String user, InetAddress address) {
        if (leads.getAsBoolean()) {
            return accounts.find(user, address);
        }
        String where = leader.get()
                .map(endpoint -> "connect to " + endpoint.getHostString() + ":" + endpoint.getPort())
                .orElse("none is known now, try again");
        return CompletableFuture.failedFuture(new SqlException(new ErrPacket(
                OPTION_PREVENTS,
                REJECTED,
                "this node does not lead, and only the leader's node admits clients (AUTH_MASTER_ONLY): " + where)));
    }

    @Override
    public CompletionStage<Boolean> mayKill(Account killer, Account owner) {
        return accounts.mayKill(killer, owner);
    }
}
