package io.shareddb.protocol.handshake;

import io.shareddb.protocol.capability.Capabilities;
import io.shareddb.protocol.packet.OkPacket;

/**
 * What a client and a server agreed on.
 *
 * @param greeting with the server's version, the connection's id and all that the server offers
 * @param capabilities in use
 * @param ok the server's answer to the login, with status and session changes
 * @param encrypted if the connection is under TLS
 */
public record ClientSession(Greeting greeting, Capabilities capabilities, OkPacket ok, boolean encrypted) {}
