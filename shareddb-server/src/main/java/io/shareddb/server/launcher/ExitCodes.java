package io.shareddb.server.launcher;

/** What the process says when it ends; also in {@code --help} and docs/configuration.md. */
final class ExitCodes {
    static final int OK = 0;
    static final int FAILED = 1;
    static final int USAGE = 2;
    static final int CANNOT_START = 3;
    static final int NOT_READY = 4;
    static final int NODE_FAILED = 5;
    static final int UNREACHABLE = 6;
    static final int REFUSED = 7;

    private ExitCodes() {}
}
