package io.shareddb.server.proxy;

import io.shareddb.protocol.auth.AuthWorker;
import io.shareddb.server.routing.StatementShapes;
import java.security.SecureRandom;

/** What all sessions of one proxy share. */
record ProxyContext(
        ProxyConfig config,
        ClusterAccess cluster,
        EngineCache engine,
        EngineConnector connector,
        StatementShapes shapes,
        CommitGate gate,
        Accounts accounts,
        PeerCredentials peers,
        ProxyMetrics metrics,
        SessionRegistry sessions,
        BackendPool pool,
        IdleWatch idle,
        FailedLogins failedLogins,
        AuthWorker authWorker,
        SecureRandom random) {}
