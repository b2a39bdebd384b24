package io.shareddb.protocol.packet;

/** What a packet of a response is, see {@link ResponseTracker}. */
public enum ResponsePart {
    /** {@link OkPacket}: a statement without rows is done. */
    OK,
    /** {@link ErrPacket}: the response is over. */
    ERROR,
    /** {@link ResultSetHeader}. */
    HEADER,
    /** {@link ColumnDefinition}, of a column or a parameter. */
    DEFINITION,
    /** {@link EofPacket} behind definitions. */
    DEFINITIONS_END,
    /** {@link TextRow} or {@link BinaryRow}. */
    ROW,
    /** End of the rows: {@link OkPacket} under DEPRECATE_EOF, else {@link EofPacket}; {@link OkPacket#readEnd} reads both. */
    ROWS_END,
    /** {@link LocalFileRequest}: the client speaks next. */
    FILE_REQUEST,
    /** {@link PrepareOk}. */
    PREPARED,
    /** Bare text: the answer to COM_STATISTICS. */
    TEXT,
    /** A step of an authentication method: the client speaks next. */
    AUTHENTICATION,
    /** An event of the binlog. */
    EVENT,
    /** A further part of a payload of 16 MB and more. */
    CONTINUATION
}
