package io.shareddb.protocol.packet;

import io.netty.buffer.ByteBuf;
import io.shareddb.protocol.capability.Capabilities;
import io.shareddb.protocol.wire.MalformedPacketException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * Reads responses to COM_QUERY and to commands without rows into memory: for administrative queries, whose answers are
 * small. Event loop only.
 */
public final class ResponseCollector {
    private final Capabilities capabilities;
    private final int maxBytes;
    private final ResponseTracker tracker;
    private final List<Response.Result> results = new ArrayList<>();
    private final List<ColumnDefinition> columns = new ArrayList<>();
    private final List<TextRow> rows = new ArrayList<>();
    private long bytes;

    /**
     * @param capabilities of the connection
     * @param maxBytes of all rows of a response; more is refused
     */
    public ResponseCollector(Capabilities capabilities, int maxBytes) {
        this.capabilities = capabilities;
        this.maxBytes = maxBytes;
        this.tracker = new ResponseTracker(capabilities);
    }

    /**
     * A command was sent.
     *
     * @param commandCode see {@link io.shareddb.protocol.command.CommandCode}
     */
    public void begin(int commandCode) {
        tracker.begin(commandCode);
        results.clear();
        columns.clear();
        rows.clear();
        bytes = 0;
    }

    /**
     * Takes one payload, which stays the caller's.
     *
     * @return the response, when this was its last payload
     * @throws MalformedPacketException if the payload is no part of it, asks for a local file, or is too much
     */
    public Optional<Response> accept(ByteBuf payload) {
        ResponsePart part = tracker.accept(payload);
        switch (part) {
            case DEFINITION -> columns.add(ColumnDefinition.read(payload, capabilities));
            case ROW -> addRow(payload);
            case OK, ROWS_END -> addResult(payload);
            case ERROR -> {
                ErrPacket error = ErrPacket.read(payload);
                return Optional.of(new Response(results, Optional.of(error)));
            }
            case HEADER, DEFINITIONS_END -> {}
            default -> throw new MalformedPacketException("cannot collect a response with " + part);
        }
        return tracker.isComplete() ? Optional.of(new Response(results, Optional.empty())) : Optional.empty();
    }

    private void addRow(ByteBuf payload) {
        bytes += payload.readableBytes();
        if (bytes > maxBytes) {
            throw new MalformedPacketException(
                    MalformedPacketException.Reason.TOO_LARGE, "response of more than " + maxBytes + " bytes");
        }
        rows.add(TextRow.read(payload));
    }

    private void addResult(ByteBuf payload) {
        results.add(new Response.Result(columns, rows, OkPacket.readEnd(payload, capabilities)));
        columns.clear();
        rows.clear();
    }
}
