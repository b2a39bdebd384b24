package io.shareddb.cluster.role;

import com.fasterxml.jackson.core.JsonProcessingException;
import io.shareddb.cluster.member.ClusterJson;
import io.shareddb.cluster.member.StateException;
import io.shareddb.cluster.member.StateStore;
import org.jspecify.annotations.Nullable;

/**
 * What a role must not forget when the process ends: {@code role.json}. Role thread only.
 *
 * <p>A rebuild is written down before the engine's content is touched and crossed out when the copy is complete, so that an engine
 * that is half of one thing and half of another never serves.
 */
final class RolePlan {
    private static final String NAME = "role";

    private record Document(
            @Nullable String reseed,
            @Nullable String verified,
            @Nullable String unsyncedBoot,
            @Nullable String ahead) {
        static final Document EMPTY = new Document(null, null, null, null);
    }

    private final StateStore store;
    private Document document;

    RolePlan(StateStore store) {
        this.store = store;
        this.document = store.read(NAME)
                .map(json -> {
                    try {
                        return ClusterJson.mapper().readValue(json, Document.class);
                    } catch (JsonProcessingException e) {
                        throw new StateException(
                                store.describe(NAME) + ": not what this version writes (restore the file)", e);
                    }
                })
                .orElse(Document.EMPTY);
    }

    /** Why the engine's content must be replaced; null when it need not be. */
    @Nullable
    String reseed() {
        return document.reseed();
    }

    /** The last transaction of the engine's own that was found in the history; null for none. */
    @Nullable
    String verified() {
        return document.verified();
    }

    void startReseed(String reason) {
        save(new Document(reason, null, null, null));
    }

    void finishReseed() {
        save(Document.EMPTY);
    }

    void verify(String originated) {
        save(new Document(document.reseed(), originated, document.unsyncedBoot(), document.ahead()));
    }

    /** The last transaction of what the engine holds beyond the log, while that is being added to it; null for none. */
    @Nullable
    String ahead() {
        return document.ahead();
    }

    void ahead(@Nullable String last) {
        save(new Document(document.reseed(), document.verified(), document.unsyncedBoot(), last));
    }

    /** The machine's boot during which the engine committed as a leader without syncing, and was not synced since; null for none. */
    @Nullable
    String unsyncedBoot() {
        return document.unsyncedBoot();
    }

    void leadUnsynced(String boot) {
        save(new Document(document.reseed(), document.verified(), boot, document.ahead()));
    }

    void synced() {
        save(new Document(document.reseed(), document.verified(), null, document.ahead()));
    }

    private void save(Document next) {
        if (next.equals(document)) {
            return;
        }
        try {
            store.write(NAME, ClusterJson.mapper().writeValueAsString(next));
        } catch (JsonProcessingException e) {
            throw new IllegalStateException("a record of strings is always JSON", e);
        }
        document = next;
    }
}
