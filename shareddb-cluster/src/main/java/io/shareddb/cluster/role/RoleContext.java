package io.shareddb.cluster.role;

/**
 * What the pieces of one role share.
 *
 * @param trouble what the last step has to say to people
 * @param wake lets the role look at what is so now; any thread
 * @param publish tells what the role is now; role thread only
 */
record RoleContext(
        RoleParts parts,
        RoleSettings settings,
        RoleThread thread,
        RoleInputs inputs,
        EngineRunner runner,
        Trouble trouble,
        Runnable wake,
        Runnable publish) {
    BackOff backOff() {
        return new BackOff(thread, settings.firstBackOff(), settings.maxBackOff());
    }

    long millisSince(long nanos) {
        return (thread.nanoTime() - nanos) / 1_000_000;
    }
}
