/**
 * The MySQL endpoint of a node: logs clients in, sends each statement to the engine that may run it, holds back the OK of
 * a commit until the log has it. Start at {@link io.shareddb.server.proxy.MySqlProxy}; the phases of a session and the rules are
 * in this module's DESIGN.md.
 */
@NullMarked
package io.shareddb.server.proxy;

import org.jspecify.annotations.NullMarked;
