package io.shareddb.server.proxy;

import io.shareddb.cluster.role.Clients.Work;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;

/** What sessions are at on this node's engine while it leads. Thread-safe. */
final class WorkCount {
    private final SessionRegistry sessions;

    WorkCount(SessionRegistry sessions) {
        this.sessions = sessions;
    }

    /** Asks each session on its event loop: a command that begins there later has seen the role of now. */
    CompletionStage<Work> now() {
        List<CompletableFuture<Work>> answers = new ArrayList<>();
        for (ProxySession session : sessions.all()) {
            CompletableFuture<Work> answer = new CompletableFuture<>();
            session.channel().eventLoop().execute(() -> answer.complete(of(session)));
            answers.add(answer);
        }
        return CompletableFuture.allOf(answers.toArray(CompletableFuture[]::new))
                .thenApply(all -> answers.stream().map(CompletableFuture::join).reduce(new Work(0, 0), WorkCount::sum));
    }

    private static Work of(ProxySession session) {
        Backend writer = session.links().at(Link.WRITER);
        if (session.isClosed() || writer == null || !writer.route().local()) {
            return new Work(0, 0);
        }
        Exchange open = session.exchange();
        if (open != null && open.backend() == writer) {
            return new Work(1, 0);
        }
        return new Work(0, session.state().inTransaction() ? 1 : 0);
    }

    private static Work sum(Work a, Work b) {
        return new Work(a.executing() + b.executing(), a.inTransaction() + b.inTransaction());
    }
}
