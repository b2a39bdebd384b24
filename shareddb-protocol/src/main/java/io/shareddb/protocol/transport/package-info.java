/** Event loops and sockets. Nothing else of the codec depends on this: it runs on any Netty channel. */
@NullMarked
package io.shareddb.protocol.transport;

import org.jspecify.annotations.NullMarked;
