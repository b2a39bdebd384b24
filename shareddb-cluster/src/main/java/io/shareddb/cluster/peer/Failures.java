package io.shareddb.cluster.peer;

import java.util.concurrent.CompletionException;

/** What is behind failures of asynchronous calls. */
public final class Failures {
    private Failures() {}

    /** Stages wrap what an earlier one failed with. */
    public static Throwable cause(Throwable failure) {
        return failure instanceof CompletionException && failure.getCause() != null ? failure.getCause() : failure;
    }
}
