package io.shareddb.server.accounts;

import io.shareddb.server.proxy.Accounts;
import java.net.InetAddress;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.BooleanSupplier;

/** Admits clients while this node leads, and nobody else. Thread-safe. */
public final class LeaderOnlyAccounts implements Accounts {
    private final Accounts accounts;
    private final BooleanSupplier leads;

    /** @param leads asked for each login, on its event loop */
    public LeaderOnlyAccounts(Accounts accounts, BooleanSupplier leads) {
        this.accounts = accounts;
        this.leads = leads;
    }

    @Override
    public CompletionStage<Optional<Entry>> find(String user, InetAddress address) {
        return leads.getAsBoolean()
                ? accounts.find(user, address)
                : CompletableFuture.completedFuture(Optional.empty());
    }

    @Override
    public CompletionStage<Boolean> mayKill(Account killer, Account owner) {
        return accounts.mayKill(killer, owner);
    }
}
