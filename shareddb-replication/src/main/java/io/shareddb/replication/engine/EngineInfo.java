package io.shareddb.replication.engine;

/**
 * Which engine this is.
 *
 * @param product for people: {@code MariaDB} or {@code MySQL}
 * @param version as the engine's greeting gives it, for example {@code 11.4.5-MariaDB-log}
 * @param pid its process, 0 when it is not ours
 * @param port its TCP port
 */
public record EngineInfo(String product, String version, long pid, int port) {}
