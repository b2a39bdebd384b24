package io.shareddb.replication.archive;

/**
 * Where an engine's position lies in the committed history.
 *
 * @param nextSeq the first transaction that the engine lacks
 * @param diverged the engine holds a transaction that the history does not have; if {@code nextSeq} lies behind the end of the
 *     history as this node knows it, the engine may only be ahead of what this node knows yet
 * @param dropped transactions that it lacks were dropped by retention: only a reseed helps
 */
public record Resolution(long nextSeq, boolean diverged, boolean dropped) {}
