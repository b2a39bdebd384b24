package io.shareddb.server.launcher;

/** Ends the command with a message for people and an exit code; no stack trace is shown. */
final class LaunchException extends RuntimeException {
    private static final long serialVersionUID = 1;

    private final int exitCode;

    /** @param exitCode one of {@link ExitCodes} */
    LaunchException(int exitCode, String message) {
        super(message);
        this.exitCode = exitCode;
    }

    int exitCode() {
        return exitCode;
    }
}
