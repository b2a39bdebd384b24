package io.shareddb.protocol.packet;

import io.netty.buffer.ByteBuf;
import io.shareddb.protocol.wire.Fields;

/** The data of each kind of {@link SessionChange}. */
final class SessionChangeWriter {
    private SessionChangeWriter() {}

    /** Appends the data of {@code change} to {@code out}, which stays the caller's, and returns the type. */
    static int writeData(SessionChange change, ByteBuf out) {
        if (change instanceof SessionChange.SystemVariable variable) {
            Fields.writeLengthEncodedString(out, variable.name());
            Fields.writeLengthEncodedString(out, variable.value());
            return 0;
        }
        if (change instanceof SessionChange.Schema schema) {
            Fields.writeLengthEncodedString(out, schema.name());
            return 1;
        }
        if (change instanceof SessionChange.StateChange state) {
            out.writeByte(state.changed() ? '1' : '0');
            return 2;
        }
        if (change instanceof SessionChange.Gtids gtids) {
            out.writeByte(0);
            Fields.writeLengthEncodedString(out, gtids.text());
            return 3;
        }
        if (change instanceof SessionChange.TransactionCharacteristics characteristics) {
            Fields.writeLengthEncodedString(out, characteristics.sql());
            return 4;
        }
        if (change instanceof SessionChange.TransactionState state) {
            Fields.writeLengthEncodedString(out, state.letters());
            return 5;
        }
        SessionChange.Other other = (SessionChange.Other) change;
        other.data().write(out);
        return other.type();
    }
}
