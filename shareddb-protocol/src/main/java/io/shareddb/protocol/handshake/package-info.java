/**
 * From the connection to the first command: greeting, login, TLS request, and the exchange of the authentication method.
 *
 * <pre>
 * server: Greeting ; client: [ SslRequest, TLS ] LoginPacket ;
 *     ( server: AuthSwitchRequest ; client: answer )?
 *     ( server: AuthMoreData ; client: answer )* ; server: OkPacket or ErrPacket
 * </pre>
 *
 * Start at {@link io.shareddb.protocol.handshake.ClientLogin} or {@link io.shareddb.protocol.handshake.ServerLogin}.
 */
@NullMarked
package io.shareddb.protocol.handshake;

import org.jspecify.annotations.NullMarked;
