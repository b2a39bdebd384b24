package io.shareddb.server.proxy;

import io.shareddb.server.endtoend.EngineChoice;
import java.nio.file.Path;
import java.util.List;

/** A leader's proxy and a follower's, each before an engine of its own; nothing is replicated between them. */
final class TwoNodes implements AutoCloseable {
    final ProxyEngine leaderEngine;
    final ProxyEngine followerEngine;
    final TestProxy leader;
    final TestProxy follower;

    private TwoNodes(ProxyEngine leaderEngine, ProxyEngine followerEngine, TestProxy leader, TestProxy follower) {
        this.leaderEngine = leaderEngine;
        this.followerEngine = followerEngine;
        this.leader = leader;
        this.follower = follower;
    }

    /** @param directory for both engines; a folder in it is made for {@code choice} */
    static TwoNodes start(Path directory, EngineChoice choice, ProxyConfig config) throws Exception {
        Path folder = directory.resolve(choice.folder());
        ProxyEngine leaderEngine = ProxyEngine.started(folder.resolve("leader"), choice.installed());
        ProxyEngine followerEngine = ProxyEngine.started(folder.resolve("follower"), choice.installed());
        TestProxy leader = TestProxy.leading(leaderEngine, config);
        TestProxy follower = TestProxy.following(leader, followerEngine, config);
        return new TwoNodes(leaderEngine, followerEngine, leader, follower);
    }

    /** Both proxies, the leader's first. */
    List<TestProxy> proxies() {
        return List.of(leader, follower);
    }

    /** Executes {@code statements} on both engines, as the operator, so that both have the same tables. */
    void define(String... statements) throws Exception {
        for (ProxyEngine engine : List.of(leaderEngine, followerEngine)) {
            engine.execute("SET sql_log_bin = 0");
            engine.execute(statements);
        }
    }

    @Override
    public void close() {
        follower.close();
        leader.close();
        leaderEngine.close();
        followerEngine.close();
    }
}
