package io.shareddb.server.proxy;

import io.netty.channel.EventLoop;
import io.shareddb.cluster.role.RoleView;
import io.shareddb.protocol.packet.ColumnDefinition;
import io.shareddb.protocol.packet.OkPacket;
import io.shareddb.protocol.packet.TextResult;
import io.shareddb.protocol.packet.TextRow;
import io.shareddb.replication.log.NodeId;
import io.shareddb.server.routing.Consistency;
import io.shareddb.server.routing.Mark;
import io.shareddb.server.routing.ProxyStatement;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Executes what is about the proxy itself. Event loop only. */
final class ProxyStatements {
    private static final String CONSISTENCY = "shareddb_consistency";
    private static final String SEQ = "shareddb_seq";
    private static final String MIN_SEQ = "shareddb_min_seq";

    private final ProxySession session;

    ProxyStatements(ProxySession session) {
        this.session = session;
    }

    /** Answers {@code statement}; false if it names what there is not, and the engine will say so. */
    boolean execute(ProxyStatement statement) {
        if (statement instanceof ProxyStatement.ShowStatus) {
            reply(status());
            return true;
        }
        if (statement instanceof ProxyStatement.Barrier) {
            return session.isPeer() && barrier();
        }
        if (statement instanceof ProxyStatement.TlsStatus asked) {
            Rows rows = new Rows();
            rows.add(
                    asked.cipher() ? "Ssl_cipher" : "Ssl_version",
                    ClientTls.describe(session.channel(), asked.cipher()));
            reply(rows.result());
            return true;
        }
        if (statement instanceof ProxyStatement.Select select) {
            Optional<String> value = value(select.variable());
            value.ifPresent(text -> reply(TextResult.of(select.column(), text)));
            return value.isPresent();
        }
        return statement instanceof ProxyStatement.Assign assign && assign(assign);
    }

    private void reply(TextResult result) {
        session.reply(result.payloads(session.capabilities(), session.state().lastStatus()));
    }

    private Optional<String> value(String variable) {
        return switch (variable) {
            case CONSISTENCY -> Optional.of(consistency().text());
            case SEQ -> Optional.of(Long.toString(seq()));
            case MIN_SEQ -> Optional.of(Long.toString(session.state().minSeq()));
            default -> Optional.empty();
        };
    }

    private Consistency consistency() {
        return session.state().consistency().orElse(session.context().config().consistency());
    }

    /** At least what the session has written and seen. */
    private long seq() {
        return Math.max(
                session.state().minSeq(), session.context().cluster().history().committedSeq());
    }

    private boolean assign(ProxyStatement.Assign assign) {
        switch (assign.variable()) {
            case CONSISTENCY -> {
                Optional<Consistency> wanted = Consistency.of(assign.value());
                if (wanted.isEmpty() && !assign.value().equalsIgnoreCase("DEFAULT")) {
                    session.reply(ProxyErrors.wrongValue(CONSISTENCY, assign.value(), "eventual, session or strong"));
                    return true;
                }
                session.state().consistency(wanted.orElse(null));
            }
            case MIN_SEQ -> {
                long seq;
                try {
                    seq = Long.parseLong(assign.value());
                } catch (NumberFormatException e) {
                    session.reply(ProxyErrors.wrongValue(MIN_SEQ, assign.value(), "a number from @@shareddb_seq"));
                    return true;
                }
                session.state().seen(seq);
            }
            case SEQ -> {
                session.reply(ProxyErrors.readOnlyVariable(SEQ));
                return true;
            }
            default -> {
                return false;
            }
        }
        session.reply(OkPacket.of(session.state().lastStatus()));
        return true;
    }

    private boolean barrier() {
        EventLoop loop = session.channel().eventLoop();
        session.context()
                .cluster()
                .history()
                .readBarrier()
                .whenComplete((seq, failure) -> loop.execute(() -> {
                    if (failure == null) {
                        reply(TextResult.of("seq", Long.toString(seq)));
                    } else {
                        session.reply(ProxyErrors.notLeading());
                    }
                }));
        return true;
    }

    private TextResult status() {
        ProxyContext context = session.context();
        SessionState state = session.state();
        RoleView view = context.cluster().role();
        CommittedHistory history = context.cluster().history();
        Rows rows = new Rows();
        rows.add("node_state", view.state().toString());
        rows.add("leader", view.leader().map(NodeId::toString).orElse(""));
        rows.add("epoch", view.epoch());
        rows.add("committed_seq", history.committedSeq());
        rows.add("applied_seq", history.appliedSeq());
        rows.add("session_consistency", consistency().text());
        rows.add("session_min_seq", state.minSeq());
        rows.add("session_tied_by", state.tiedBy());
        rows.add("session_prepared_statements", state.prepared().count());
        rows.add("session_tls", ClientTls.describe(session.channel(), false));
        rows.add("session_compression", ClientCapabilities.compressionName(session.capabilities()));
        ProxyMetrics.Counters counters = context.metrics().counters();
        rows.add("sessions", context.sessions().clients());
        rows.add("denied_logins", counters.deniedLogins());
        rows.add("refused_connections", counters.refused());
        rows.add("unauthenticated", context.sessions().unauthenticated());
        rows.add("idle_cut", counters.idleCuts());
        rows.add("slow_readers_cut", counters.slowReaders());
        rows.add("engine_connections_given_back", counters.rests());
        rows.add("engine_connections_reused", counters.reused());
        rows.add("local_statements", counters.localStatements());
        rows.add("leader_statements", counters.leaderStatements());
        rows.add("rerouted_statements", counters.rerouted());
        rows.add("retried_statements", counters.retried());
        rows.add("read_waits", counters.ownWriteWaits());
        rows.add("read_wait_timeouts", counters.ownWriteTimeouts());
        rows.add("rollbacks_reported", counters.rollbacks());
        rows.add("unknown_outcomes", counters.unknownOutcomes());
        rows.add("resolved_commits", counters.resolvedCommits());
        rows.add("leader_timeouts", counters.leaderTimeouts());
        for (Map.Entry<Mark.Reason, Long> tie : context.metrics().ties().entrySet()) {
            rows.add("tied_by_" + tie.getKey().label(), tie.getValue());
        }
        return rows.result();
    }

    /** Names and values. */
    private static final class Rows {
        private final List<TextRow> rows = new ArrayList<>();

        void add(String name, long value) {
            add(name, Long.toString(value));
        }

        void add(String name, String value) {
            rows.add(TextRow.of(name, value));
        }

        TextResult result() {
            return new TextResult(
                    List.of(ColumnDefinition.text("Variable_name"), ColumnDefinition.text("Value")), rows);
        }
    }
}
