package io.shareddb.protocol.command;

import io.netty.buffer.ByteBuf;
import io.shareddb.protocol.capability.Capabilities;
import io.shareddb.protocol.wire.Fields;
import io.shareddb.protocol.wire.Payload;
import java.nio.charset.Charset;

/** What a logged-in client asks for. One record per COM_*; a new one breaks every visitor until handled. */
public sealed interface Command extends Payload
        permits ComQuit,
                ComInitDb,
                ComQuery,
                ComFieldList,
                ComRefresh,
                ComShutdown,
                ComStatistics,
                ComProcessInfo,
                ComProcessKill,
                ComDebug,
                ComPing,
                ComChangeUser,
                ComBinlogDump,
                ComRegisterReplica,
                ComStmtPrepare,
                ComStmtExecute,
                ComStmtSendLongData,
                ComStmtClose,
                ComStmtReset,
                ComSetOption,
                ComStmtFetch,
                ComBinlogDumpGtid,
                ComResetConnection,
                ComStmtBulkExecute,
                ComUnknown {
    /** First byte, see {@link CommandCode}. */
    int code();

    /** Calls the visitor's method for this kind of command. */
    <R> R accept(Visitor<R> visitor);

    /**
     * Reads a whole payload, which stays the caller's.
     *
     * @param capabilities of the connection
     * @param charset of SQL text on the connection
     */
    static Command read(ByteBuf payload, Capabilities capabilities, Charset charset) {
        int code = Fields.readInt1(payload);
        return switch (code) {
            case CommandCode.QUIT -> new ComQuit();
            case CommandCode.INIT_DB -> ComInitDb.read(payload);
            case CommandCode.QUERY -> ComQuery.read(payload, capabilities, charset);
            case CommandCode.FIELD_LIST -> ComFieldList.read(payload);
            case CommandCode.REFRESH -> ComRefresh.read(payload);
            case CommandCode.SHUTDOWN -> ComShutdown.read(payload);
            case CommandCode.STATISTICS -> new ComStatistics();
            case CommandCode.PROCESS_INFO -> new ComProcessInfo();
            case CommandCode.PROCESS_KILL -> ComProcessKill.read(payload);
            case CommandCode.DEBUG -> new ComDebug();
            case CommandCode.PING -> new ComPing();
            case CommandCode.CHANGE_USER -> ComChangeUser.read(payload, capabilities);
            case CommandCode.BINLOG_DUMP -> ComBinlogDump.read(payload);
            case CommandCode.REGISTER_REPLICA -> ComRegisterReplica.read(payload);
            case CommandCode.STMT_PREPARE -> ComStmtPrepare.read(payload, charset);
            case CommandCode.STMT_EXECUTE -> ComStmtExecute.read(payload);
            case CommandCode.STMT_SEND_LONG_DATA -> ComStmtSendLongData.read(payload);
            case CommandCode.STMT_CLOSE -> ComStmtClose.read(payload);
            case CommandCode.STMT_RESET -> ComStmtReset.read(payload);
            case CommandCode.SET_OPTION -> ComSetOption.read(payload);
            case CommandCode.STMT_FETCH -> ComStmtFetch.read(payload);
            case CommandCode.BINLOG_DUMP_GTID -> ComBinlogDumpGtid.read(payload);
            case CommandCode.RESET_CONNECTION -> new ComResetConnection();
            case CommandCode.STMT_BULK_EXECUTE -> ComStmtBulkExecute.read(payload);
            default -> new ComUnknown(code, Fields.readRest(payload));
        };
    }

    /**
     * One method per kind of command.
     *
     * @param <R> what the methods return
     */
    interface Visitor<R> {
        R quit(ComQuit command);

        R initDb(ComInitDb command);

        R query(ComQuery command);

        R fieldList(ComFieldList command);

        R refresh(ComRefresh command);

        R shutdown(ComShutdown command);

        R statistics(ComStatistics command);

        R processInfo(ComProcessInfo command);

        R processKill(ComProcessKill command);

        R debug(ComDebug command);

        R ping(ComPing command);

        R changeUser(ComChangeUser command);

        R binlogDump(ComBinlogDump command);

        R registerReplica(ComRegisterReplica command);

        R stmtPrepare(ComStmtPrepare command);

        R stmtExecute(ComStmtExecute command);

        R stmtSendLongData(ComStmtSendLongData command);

        R stmtClose(ComStmtClose command);

        R stmtReset(ComStmtReset command);

        R setOption(ComSetOption command);

        R stmtFetch(ComStmtFetch command);

        R binlogDumpGtid(ComBinlogDumpGtid command);

        R resetConnection(ComResetConnection command);

        R stmtBulkExecute(ComStmtBulkExecute command);

        R unknown(ComUnknown command);
    }
}
