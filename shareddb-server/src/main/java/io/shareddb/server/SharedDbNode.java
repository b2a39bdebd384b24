package io.shareddb.server;

import io.shareddb.server.config.NodeConfig;
import io.shareddb.server.layout.NodeLayout;
import io.shareddb.server.layout.PidFile;
import java.io.IOException;
import java.nio.file.Files;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;

public final class SharedDbNode implements AutoCloseable {
    private final PidFile lock;
    private final CompletableFuture<Throwable> failure = new CompletableFuture<>();

    private SharedDbNode(PidFile lock) {
        this.lock = lock;
    }

    public static SharedDbNode start(NodeConfig config) throws IOException, InterruptedException {
        NodeLayout layout = new NodeLayout(config.dataDirectory());
        Files.createDirectories(layout.directory());
        return new SharedDbNode(PidFile.take(layout.operatorPid()));
    }

    public CompletionStage<Throwable> failure() {
        return failure.minimalCompletionStage();
    }

    @Override
    public void close() {
        try {
            lock.close();
        } catch (IOException e) {
            throw new java.io.UncheckedIOException(e);
        }
    }
}
