package io.shareddb.protocol.packet;

import static io.shareddb.protocol.capability.StatusFlag.CURSOR_EXISTS;
import static io.shareddb.protocol.capability.StatusFlag.MORE_RESULTS;
import static io.shareddb.protocol.capability.StatusFlag.OUT_PARAMETERS;

import io.netty.buffer.ByteBuf;
import io.shareddb.protocol.capability.Capabilities;
import io.shareddb.protocol.capability.Capability;
import io.shareddb.protocol.capability.ServerStatus;
import io.shareddb.protocol.command.CommandCode;
import io.shareddb.protocol.wire.Fields;
import io.shareddb.protocol.wire.MalformedPacketException;
import io.shareddb.protocol.wire.Packets;

/**
 * Finds the end of a server's response without decoding its rows. Event loop only; one per connection.
 *
 * <pre>
 * QUERY, EXECUTE, …   First → done | File → First | Definitions → (EOF →) Rows → done or, with MORE_RESULTS, First
 * PREPARE             Prepared → Definitions of parameters (→ EOF) → of columns (→ EOF) → done
 * FETCH               Rows → done
 * FIELD_LIST          Definitions up to the end → done
 * others              one packet → done; none for COM_QUIT, COM_STMT_CLOSE, COM_STMT_SEND_LONG_DATA
 * </pre>
 *
 * <p>Call {@link #begin} when a command is sent. Then give it each payload of the server ({@link #accept}), or each packet
 * ({@link #acceptPacket}). Where packets are passed on in bulk, ask {@link #skip} first, which needs only a packet's length
 * and first byte.
 */
public final class ResponseTracker {
    /** What the next packet is. */
    private enum Expected {
        NOTHING,
        FIRST,
        DEFINITIONS,
        DEFINITIONS_EOF,
        ROWS,
        SINGLE,
        TEXT,
        PREPARED,
        FIELDS,
        AUTHENTICATION,
        EVENTS
    }

    private final Capabilities capabilities;
    private final boolean deprecateEof;
    private Expected expected = Expected.NOTHING;
    private int command;
    private boolean outParameters;
    private int definitionsLeft;
    private int columnsAfterParameters;
    private boolean definitionsFollow;
    private boolean clientTurn;
    private boolean continues;
    private ServerStatus status = ServerStatus.AUTOCOMMIT;
    private ResponsePart part = ResponsePart.OK;

    /** @param capabilities of the connection */
    public ResponseTracker(Capabilities capabilities) {
        this.capabilities = capabilities;
        this.deprecateEof = capabilities.has(Capability.DEPRECATE_EOF);
    }

    /**
     * A command was sent; forgets what went before.
     *
     * @param commandCode see {@link CommandCode}
     */
    public void begin(int commandCode) {
        command = commandCode;
        clientTurn = false;
        continues = false;
        outParameters = false;
        definitionsLeft = 0;
        columnsAfterParameters = 0;
        expected = switch (commandCode) {
            case CommandCode.QUERY, CommandCode.STMT_EXECUTE, CommandCode.STMT_BULK_EXECUTE, CommandCode.PROCESS_INFO ->
                Expected.FIRST;
            case CommandCode.STMT_PREPARE -> Expected.PREPARED;
            case CommandCode.STMT_FETCH -> Expected.ROWS;
            case CommandCode.FIELD_LIST -> Expected.FIELDS;
            case CommandCode.STATISTICS -> Expected.TEXT;
            case CommandCode.CHANGE_USER -> Expected.AUTHENTICATION;
            case CommandCode.BINLOG_DUMP, CommandCode.BINLOG_DUMP_GTID -> Expected.EVENTS;
            default -> CommandCode.isSilent(commandCode) ? Expected.NOTHING : Expected.SINGLE;
        };
    }

    /** If the whole response is in. */
    public boolean isComplete() {
        return expected == Expected.NOTHING;
    }

    /** If the server waits for the client: for a file, or for a step of the authentication. */
    public boolean isClientTurn() {
        return clientTurn;
    }

    /** The flags of the last OK or end of rows. */
    public ServerStatus status() {
        return status;
    }

    /** What the last packet was. */
    public ResponsePart part() {
        return part;
    }

    /**
     * Counts a packet whose body need not be seen. If it must be, nothing changes, and {@link #accept} wants the packet.
     *
     * @param length of the body
     * @param first byte of the body, 0 to 255; anything if {@code length} is 0
     * @return if the packet is dealt with
     */
    public boolean skip(int length, int first) {
        boolean skipped =
                switch (expected) {
                    case ROWS -> !isEnd(length, first);
                    case DEFINITIONS -> length > 0 && first != ErrPacket.HEADER;
                    case FIELDS -> length > 0 && first != ErrPacket.HEADER && !isEnd(length, first);
                    case EVENTS -> length > 0 && first == OkPacket.HEADER;
                    default -> false;
                };
        if (skipped) {
            part = switch (expected) {
                case ROWS -> ResponsePart.ROW;
                case EVENTS -> ResponsePart.EVENT;
                default -> ResponsePart.DEFINITION;
            };
            if (expected == Expected.DEFINITIONS) {
                definitionsLeft--;
                afterDefinition();
            }
        }
        return skipped;
    }

    /** If a packet among rows is an end or an error: a row that starts with FE is 16 MB long at least. */
    private boolean isEnd(int length, int first) {
        int maxBytes = deprecateEof ? Packets.MAX_BODY_BYTES - 1 : EofPacket.MAX_BYTES;
        return length == 0 || first == ErrPacket.HEADER || (first == EofPacket.HEADER && length <= maxBytes);
    }

    /**
     * Counts a packet as it was on the wire, parts of long payloads one by one.
     *
     * @param packet with its header, from {@link io.shareddb.protocol.wire.PacketDecoder}; stays the caller's and unread
     * @return what it is
     * @throws MalformedPacketException if it cannot be part of the response
     */
    public ResponsePart acceptPacket(ByteBuf packet) {
        boolean continuation = continues;
        continues = Packets.bodyLength(packet) == Packets.MAX_BODY_BYTES;
        if (continuation) {
            part = ResponsePart.CONTINUATION;
            return part;
        }
        return accept(Packets.body(packet));
    }

    /**
     * Counts a payload.
     *
     * @param payload whole, or the first part of a long one; stays the caller's and unread
     * @return what it is
     * @throws MalformedPacketException if it cannot be part of the response
     */
    public ResponsePart accept(ByteBuf payload) {
        int length = payload.readableBytes();
        int first = length == 0 ? 0 : payload.getUnsignedByte(payload.readerIndex());
        if (skip(length, first)) {
            return part;
        }
        if (length == 0 && expected != Expected.TEXT) {
            throw new MalformedPacketException("empty packet in the response to command " + command);
        }
        clientTurn = false;
        part = inspect(payload.slice(), first);
        return part;
    }

    private ResponsePart inspect(ByteBuf body, int first) {
        if (expected == Expected.NOTHING) {
            throw new MalformedPacketException(
                    "the server sent a packet that nobody asked for: starts with 0x" + Integer.toHexString(first));
        }
        if (expected == Expected.TEXT) {
            expected = Expected.NOTHING;
            return first == ErrPacket.HEADER ? ResponsePart.ERROR : ResponsePart.TEXT;
        }
        if (first == ErrPacket.HEADER) {
            expected = Expected.NOTHING;
            return ResponsePart.ERROR;
        }
        return switch (expected) {
            case FIRST -> onFirst(body, first);
            case PREPARED -> onPrepared(body);
            case DEFINITIONS_EOF -> onDefinitionsEof(body);
            case AUTHENTICATION -> onAuthentication(body, first);
            case SINGLE -> {
                ResponsePart result = first == EofPacket.HEADER ? ResponsePart.ROWS_END : ResponsePart.OK;
                finishStatement(body);
                yield result;
            }
            default -> { // ROWS, FIELDS, EVENTS
                finishStatement(body);
                yield ResponsePart.ROWS_END;
            }
        };
    }

    private ResponsePart onFirst(ByteBuf body, int first) {
        if (first == OkPacket.HEADER || first == EofPacket.HEADER) {
            finishStatement(body);
            return ResponsePart.OK;
        }
        if (first == LocalFileRequest.HEADER) {
            clientTurn = true; // and then First again: OK or error
            return ResponsePart.FILE_REQUEST;
        }
        definitionsLeft = ResultSetHeader.read(body, capabilities).definitions();
        expected = Expected.DEFINITIONS;
        afterDefinition();
        return ResponsePart.HEADER;
    }

    private ResponsePart onPrepared(ByteBuf body) {
        PrepareOk prepared = PrepareOk.read(body);
        definitionsFollow = prepared.metadataFollows();
        columnsAfterParameters = prepared.columns();
        beginPreparedGroup(prepared.parameters());
        return ResponsePart.PREPARED;
    }

    /** Parameters, then columns; an empty group has no EOF, one whose definitions are left out has. */
    private void beginPreparedGroup(int size) {
        if (size == 0) {
            if (columnsAfterParameters == 0) {
                expected = Expected.NOTHING;
            } else {
                nextPreparedGroup();
            }
        } else {
            expected = Expected.DEFINITIONS;
            definitionsLeft = definitionsFollow ? size : 0;
            afterDefinition();
        }
    }

    private void nextPreparedGroup() {
        int columns = columnsAfterParameters;
        columnsAfterParameters = 0;
        beginPreparedGroup(columns);
    }

    private void afterDefinition() {
        if (definitionsLeft > 0) {
            return;
        }
        if (!deprecateEof) {
            expected = Expected.DEFINITIONS_EOF;
        } else if (command == CommandCode.STMT_PREPARE) {
            nextPreparedGroup();
        } else {
            expected = Expected.ROWS;
        }
    }

    /** Elsewhere the flag is a left-over of a cursor inside a procedure. */
    private boolean isCursor(EofPacket eof) {
        return command == CommandCode.STMT_EXECUTE
                && eof.status().has(CURSOR_EXISTS)
                && !eof.status().has(MORE_RESULTS);
    }

    private ResponsePart onDefinitionsEof(ByteBuf body) {
        EofPacket eof = EofPacket.read(body);
        if (command == CommandCode.STMT_PREPARE) {
            nextPreparedGroup();
        } else if (isCursor(eof)) {
            expected = Expected.NOTHING; // rows come by COM_STMT_FETCH
            status = eof.status();
            return ResponsePart.ROWS_END;
        } else {
            outParameters = eof.status().has(OUT_PARAMETERS) && eof.status().has(MORE_RESULTS);
            expected = Expected.ROWS;
        }
        return ResponsePart.DEFINITIONS_END;
    }

    private ResponsePart onAuthentication(ByteBuf body, int first) {
        if (first == OkPacket.HEADER) {
            finishStatement(body);
            return ResponsePart.OK;
        }
        clientTurn = true;
        return ResponsePart.AUTHENTICATION;
    }

    /** Reads the status flags, which alone say whether another result follows. */
    private void finishStatement(ByteBuf body) {
        if (OkPacket.isEof(body)) {
            status = EofPacket.read(body).status();
            if (outParameters) { // MySQL says so before the row alone
                status = status.with(OUT_PARAMETERS).with(MORE_RESULTS);
            }
            outParameters = false;
        } else {
            Fields.skip(body, 1);
            Fields.readLengthEncodedInt(body);
            Fields.readLengthEncodedInt(body);
            status = new ServerStatus(Fields.readInt2(body));
        }
        boolean more = status.has(MORE_RESULTS)
                && expected != Expected.SINGLE
                && expected != Expected.AUTHENTICATION
                && expected != Expected.EVENTS;
        expected = more ? Expected.FIRST : Expected.NOTHING;
    }
}
