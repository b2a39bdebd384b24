package io.shareddb.server.proxy;

import io.shareddb.cluster.role.RoleView;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** The connections of one session: at most one to the leader and one for local reads. Event loop only, but for {@link #engineId}. */
final class Links {
    private @Nullable Backend writer;
    private @Nullable Backend reader;
    private volatile long engineId;

    /** To the leader, if it is open. */
    Optional<Backend> writer() {
        return Optional.ofNullable(writer);
    }

    /** Null if it is not open. */
    @Nullable
    Backend at(Link link) {
        return link == Link.WRITER ? writer : reader;
    }

    boolean has(Backend backend) {
        return writer == backend || reader == backend;
    }

    /** The id of the connection to this node's engine while this node leads; 0 for none. Any thread. */
    long engineId() {
        return engineId;
    }

    void add(Backend backend) {
        if (backend.route().link() == Link.WRITER) {
            writer = backend;
            engineId = backend.route().local() ? backend.threadId() : 0;
        } else {
            reader = backend;
        }
    }

    /** It is not one of these any more; closing it is the caller's business. */
    void forget(Backend backend) {
        if (writer == backend) {
            writer = null;
            engineId = 0;
        } else if (reader == backend) {
            reader = null;
        }
    }

    List<Backend> open() {
        List<Backend> open = new ArrayList<>(2);
        if (writer != null) {
            open.add(writer);
        }
        if (reader != null) {
            open.add(reader);
        }
        return open;
    }

    /** Each of them takes more. */
    boolean areWritable() {
        return isWritable(writer) && isWritable(reader);
    }

    private static boolean isWritable(@Nullable Backend backend) {
        return backend == null || backend.channel().isWritable();
    }

    void closeAll() {
        for (Backend backend : open()) {
            forget(backend);
            backend.close();
        }
    }

    /** They are of no use here any more, but perhaps elsewhere. */
    void giveAllTo(BackendPool pool) {
        for (Backend backend : open()) {
            forget(backend);
            pool.give(backend);
        }
    }

    /** Closes the local connection where the role leaves no use for it; one that is executing goes on. */
    void closeUnfitReader(RoleView view) {
        Backend local = reader;
        if (local != null && !local.busy() && (view.writable() || !view.readable())) {
            reader = null;
            local.close();
        }
    }

    /** The connection to the leader, if it leads where nobody leads any more. */
    Optional<Backend> unfitWriter(RoleView view) {
        return writer().filter(open -> !fits(open.route(), view));
    }

    /** Whether a connection with this route, to the leader, is of use in this role. */
    static boolean fits(Backend.Route route, RoleView view) {
        if (route.local()) {
            return view.writable() && view.epoch() == route.epoch();
        }
        return !view.writable() && (view.leader().isEmpty() || view.leader().equals(route.leader()));
    }
}
