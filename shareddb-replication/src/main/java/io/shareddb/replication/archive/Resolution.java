package io.shareddb.replication.archive;

/**
 * Where an engine's position lies in the committed history.
 *
 * @param nextSeq the first transaction that the engine lacks
 * @param diverged the engine holds a transaction that the history does not have
 * @param dropped transactions that it lacks were dropped by retention: only a reseed helps
 */
public record Resolution(long nextSeq, boolean diverged, boolean dropped) {}
