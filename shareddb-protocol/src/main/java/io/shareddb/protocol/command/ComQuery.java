package io.shareddb.protocol.command;

import io.netty.buffer.ByteBuf;
import io.shareddb.protocol.capability.Capabilities;
import io.shareddb.protocol.capability.Capability;
import io.shareddb.protocol.wire.Fields;
import java.nio.charset.Charset;

/**
 * {@code COM_QUERY}: run SQL. Answered with OK, error, a request for a local file, or result sets.
 *
 * <pre>int&lt;1&gt; 0x03 | with QUERY_ATTRIBUTES: {@link QueryAttributes} | rest: statement</pre>
 *
 * @param sql one statement, or several with MULTI_STATEMENTS
 * @param attributes {@link QueryAttributes#NONE} if there are none
 * @param withAttributes if the connection uses QUERY_ATTRIBUTES, so that even none are written
 * @see <a href="https://dev.mysql.com/doc/dev/mysql-server/latest/page_protocol_com_query.html">manual</a>
 */
public record ComQuery(SqlText sql, QueryAttributes attributes, boolean withAttributes) implements Command {
    /** A query in UTF-8 on a connection without QUERY_ATTRIBUTES. */
    public static ComQuery of(String sql) {
        return new ComQuery(SqlText.of(sql), QueryAttributes.NONE, false);
    }

    static ComQuery read(ByteBuf payload, Capabilities capabilities, Charset charset) {
        boolean withAttributes = capabilities.has(Capability.QUERY_ATTRIBUTES);
        QueryAttributes attributes = withAttributes ? QueryAttributes.read(payload) : QueryAttributes.NONE;
        return new ComQuery(new SqlText(Fields.readRest(payload), charset), attributes, withAttributes);
    }

    /**
     * A view of the statement in {@code payload}, a whole COM_QUERY or COM_STMT_PREPARE that stays the caller's and
     * unread: for relays, which copy nothing.
     */
    public static ByteBuf statement(ByteBuf payload, Capabilities capabilities) {
        ByteBuf rest = payload.slice();
        int code = Fields.readInt1(rest);
        if (code == CommandCode.QUERY && capabilities.has(Capability.QUERY_ATTRIBUTES)) {
            QueryAttributes.read(rest);
        }
        return rest;
    }

    @Override
    public void write(ByteBuf out) {
        out.writeByte(code());
        if (withAttributes) {
            attributes.write(out);
        }
        sql.bytes().write(out);
    }

    @Override
    public int code() {
        return CommandCode.QUERY;
    }

    @Override
    public <R> R accept(Visitor<R> visitor) {
        return visitor.query(this);
    }
}
