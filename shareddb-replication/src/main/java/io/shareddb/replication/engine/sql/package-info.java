/**
 * What engine families that speak SQL have in common: a session for administration, copies of content, and the reading of statements
 * that may be refused. What differs is handed in.
 */
@NullMarked
package io.shareddb.replication.engine.sql;

import org.jspecify.annotations.NullMarked;
