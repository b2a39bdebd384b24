/**
 * What servers send: OK, error and EOF, result sets, and the state machine that finds the end of a response without
 * decoding rows.
 */
@NullMarked
package io.shareddb.protocol.packet;

import org.jspecify.annotations.NullMarked;
