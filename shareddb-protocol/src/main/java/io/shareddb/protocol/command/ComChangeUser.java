package io.shareddb.protocol.command;

import io.netty.buffer.ByteBuf;
import io.shareddb.protocol.capability.Capabilities;
import io.shareddb.protocol.capability.Capability;
import io.shareddb.protocol.handshake.ConnectAttributes;
import io.shareddb.protocol.wire.Bytes;
import io.shareddb.protocol.wire.Fields;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * {@code COM_CHANGE_USER}: log in again on the same connection. Answered as a login, mostly with a request to switch the
 * method so that there is a fresh nonce.
 *
 * <pre>
 * int&lt;1&gt; 0x11 | terminated string: user | int&lt;1&gt; length | authentication data | terminated string: database
 * int&lt;2&gt; collation | with PLUGIN_AUTH: terminated string: method | with CONNECT_ATTRS: attributes
 * </pre>
 *
 * What is left out at the end keeps its value.
 *
 * @param database empty for none
 * @param collation 0 if left out
 * @param authMethod {@code null} if left out
 * @param withAttributes if the connection uses CONNECT_ATTRS
 * @see <a href="https://dev.mysql.com/doc/dev/mysql-server/latest/page_protocol_com_change_user.html">manual</a>
 */
public record ComChangeUser(
        String user,
        Bytes authResponse,
        String database,
        int collation,
        @Nullable String authMethod,
        Map<String, String> attributes,
        boolean withAttributes)
        implements Command {
    static ComChangeUser read(ByteBuf payload, Capabilities capabilities) {
        String user = Fields.readTerminatedString(payload);
        Bytes response = Fields.readBytes(payload, Fields.readInt1(payload));
        String database = Fields.readTerminatedString(payload);
        int collation = payload.isReadable() ? Fields.readInt2(payload) : 0;
        String method = null;
        if (capabilities.has(Capability.PLUGIN_AUTH) && payload.isReadable()) {
            method = Fields.readTerminatedString(payload);
        }
        boolean withAttributes = capabilities.has(Capability.CONNECT_ATTRS) && payload.isReadable();
        Map<String, String> attributes = withAttributes ? ConnectAttributes.read(payload) : Map.of();
        return new ComChangeUser(user, response, database, collation, method, attributes, withAttributes);
    }

    @Override
    public void write(ByteBuf out) {
        out.writeByte(code());
        Fields.writeTerminatedString(out, user);
        out.writeByte(authResponse.length());
        authResponse.write(out);
        Fields.writeTerminatedString(out, database);
        out.writeShortLE(collation);
        if (authMethod != null) {
            Fields.writeTerminatedString(out, authMethod);
            if (withAttributes) {
                ConnectAttributes.write(attributes, out);
            }
        }
    }

    @Override
    public int code() {
        return CommandCode.CHANGE_USER;
    }

    @Override
    public <R> R accept(Visitor<R> visitor) {
        return visitor.changeUser(this);
    }
}
