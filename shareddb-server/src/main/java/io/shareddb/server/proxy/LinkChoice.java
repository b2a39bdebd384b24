package io.shareddb.server.proxy;

import io.shareddb.cluster.role.RoleView;
import io.shareddb.server.routing.Statement.Target;
import org.jspecify.annotations.Nullable;

/** Which of a session's connections may execute a command. Event loop only; changes nothing. */
final class LinkChoice {
    private final ProxyContext context;
    private final Links links;

    LinkChoice(ProxyContext context, Links links) {
        this.context = context;
        this.links = links;
    }

    /** The connection for {@code request}, which need not be open; null while there can be none. */
    @Nullable
    Link choose(RoleView view, Request request, SessionState state, boolean peer) {
        if (view.writable() && view.switching() && !state.inTransaction()) {
            return null; // what is under way is finished, nothing begins
        }
        if (view.writable()) {
            return links.at(Link.WRITER) != null || engineRuns() ? Link.WRITER : null;
        }
        if (peer) {
            return null; // never on to a third node
        }
        boolean local = !request.forLeader() && !request.large() && !state.tied() && view.readable();
        if (local && (links.at(Link.READER) != null || engineRuns())) {
            Target target = request.statement().target();
            if (target == Target.ANY || (target == Target.LAST && state.lastLink() != Link.WRITER)) {
                return Link.READER;
            }
        }
        boolean leaderKnown = links.at(Link.WRITER) != null
                || context.cluster().leaderEndpoint().isPresent();
        return leaderKnown ? Link.WRITER : null;
    }

    /** Asked only when there is no connection yet: that is many statements less. */
    private boolean engineRuns() {
        return context.engine().now().isPresent();
    }
}
