/**
 * What a logged-in client asks for: one record per COM_* command. Each is a payload that starts with the command's byte;
 * its packets count from sequence number 0. Start at {@link io.shareddb.protocol.command.Command#read}.
 */
@NullMarked
package io.shareddb.protocol.command;

import org.jspecify.annotations.NullMarked;
