package io.shareddb.cluster.bootstrap;

/** This node cannot become part of a cluster without help; the message says what was found and what to do. */
public final class FormationException extends RuntimeException {
    public FormationException(String message) {
        super(message);
    }
}
