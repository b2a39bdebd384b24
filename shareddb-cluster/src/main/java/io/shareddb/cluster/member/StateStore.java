package io.shareddb.cluster.member;

import java.util.Optional;

/** Small named documents that outlive the process. A document is replaced as a whole or not at all. Thread-safe. */
public interface StateStore {
    /**
     * Reads a document.
     *
     * @return what was written last, or empty if nothing ever was
     * @throws StateException if it is damaged or cannot be read
     */
    Optional<String> read(String name);

    /** Replaces a document; it is on disk when this returns. */
    void write(String name, String json);

    /** Where {@code name} is kept, for messages. */
    String describe(String name);
}
