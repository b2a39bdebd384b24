package io.shareddb.protocol.packet;

import io.shareddb.protocol.capability.Capabilities;
import io.shareddb.protocol.capability.Capability;
import io.shareddb.protocol.capability.ServerStatus;
import io.shareddb.protocol.wire.Payload;
import java.util.ArrayList;
import java.util.List;

/** A small result set in memory. */
public record TextResult(List<ColumnDefinition> columns, List<TextRow> rows) {
    public TextResult {
        columns = List.copyOf(columns);
        rows = List.copyOf(rows);
    }

    /** One row with one value. */
    public static TextResult of(String column, String value) {
        return new TextResult(List.of(ColumnDefinition.text(column)), List.of(TextRow.of(value)));
    }

    /** All payloads of the answer, in order, for a connection with {@code capabilities}. */
    public List<Payload> payloads(Capabilities capabilities, ServerStatus status) {
        boolean deprecateEof = capabilities.has(Capability.DEPRECATE_EOF);
        boolean flag = capabilities.has(Capability.OPTIONAL_RESULTSET_METADATA)
                || capabilities.has(Capability.MARIADB_CACHE_METADATA);
        List<Payload> payloads = new ArrayList<>(columns.size() + rows.size() + 3);
        payloads.add(new ResultSetHeader(columns.size(), flag ? Boolean.TRUE : null));
        columns.forEach(column -> payloads.add(column.forCapabilities(capabilities)));
        if (!deprecateEof) {
            payloads.add(new EofPacket(0, status));
        }
        payloads.addAll(rows);
        payloads.add(
                deprecateEof
                        ? new OkPacket(true, 0, 0, status, 0, "", List.of(), false).forCapabilities(capabilities)
                        : new EofPacket(0, status));
        return payloads;
    }
}
