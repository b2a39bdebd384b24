package io.shareddb.cluster.role;

import java.util.List;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The guarded holder of the role: says each change once, in order. Thread-safe to read; one thread publishes. */
final class RolePublisher {
    private static final Logger log = LoggerFactory.getLogger(RolePublisher.class);

    private final String name;
    private final List<Consumer<RoleView>> listeners = new CopyOnWriteArrayList<>();
    private volatile RoleView view =
            new RoleView(NodeState.STARTING, "waits to be started", 0, Optional.empty(), false, false, false);

    RolePublisher(String name) {
        this.name = name;
    }

    RoleView view() {
        return view;
    }

    void add(Consumer<RoleView> listener) {
        listeners.add(listener);
        listener.accept(view);
    }

    /** STOPPED is final: whatever comes later is not published. */
    void publish(RoleView next) {
        RoleView before = view;
        if (next.equals(before) || before.state() == NodeState.STOPPED) {
            return;
        }
        view = next;
        boolean reasonOnly = before.state() == next.state()
                && before.epoch() == next.epoch()
                && before.leader().equals(next.leader())
                && before.writable() == next.writable()
                && before.readable() == next.readable();
        if (reasonOnly) {
            log.debug("{} {}: {}", name, next.state(), next.reason());
        } else if (next.state() == NodeState.FAILED) {
            log.error("{} FAILED: {}", name, next.reason());
        } else {
            log.info(
                    "{} {}: epoch={} leader={} writable={} readable={} {}",
                    name,
                    next.state(),
                    next.epoch(),
                    next.leader().map(Object::toString).orElse("none"),
                    next.writable(),
                    next.readable(),
                    next.reason());
        }
        for (Consumer<RoleView> listener : listeners) {
            try {
                listener.accept(next);
            } catch (RuntimeException e) {
                log.error("{}: a listener of the role failed on {}", name, next, e);
            }
        }
    }
}
