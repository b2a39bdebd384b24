package io.shareddb.server.config;

import io.shareddb.server.routing.Consistency;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/**
 * Who may connect, and what they find.
 *
 * @param user the account that clients log in with
 * @param password its password, which is the engine's root password too
 * @param engineAccounts every other account of the engine logs in too
 * @param initialDatabase database that the first leader creates
 * @param whitelist addresses and networks that clients may connect from
 * @param flux application whose instances may connect as well
 * @param leaderOnly only the leader's node admits clients
 * @param consistency of reads on followers, where session and statement say nothing
 * @param staleReads reads go on however long a node has known no leader
 * @param leaderWait how long a statement waits for a leader
 * @param tls with clients
 */
public record AccessConfig(
        String user,
        Secret password,
        boolean engineAccounts,
        Optional<String> initialDatabase,
        List<String> whitelist,
        Optional<FluxApplication> flux,
        boolean leaderOnly,
        Consistency consistency,
        boolean staleReads,
        Duration leaderWait,
        TlsConfig tls) {
    public AccessConfig {
        whitelist = List.copyOf(whitelist);
    }
}
