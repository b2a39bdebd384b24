/** Tests of the login. */
@NullMarked
package io.shareddb.protocol.handshake;

import org.jspecify.annotations.NullMarked;
