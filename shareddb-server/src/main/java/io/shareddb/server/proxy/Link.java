package io.shareddb.server.proxy;

/** Which of its two engine connections a session uses. */
enum Link {
    /** To the leader's engine: direct on the leader's node, elsewhere through the leader's proxy. */
    WRITER,
    /** To this node's engine, read-only. */
    READER
}
