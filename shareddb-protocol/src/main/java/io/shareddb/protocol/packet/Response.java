package io.shareddb.protocol.packet;

import java.util.List;
import java.util.Optional;

/**
 * A whole response in memory.
 *
 * @param results of the statements, in order; those without rows have no columns
 * @param error what ended the response early
 */
public record Response(List<Result> results, Optional<ErrPacket> error) {
    /**
     * The answer to one statement.
     *
     * @param ok status, affected rows, session changes
     */
    public record Result(List<ColumnDefinition> columns, List<TextRow> rows, OkPacket ok) {
        public Result {
            columns = List.copyOf(columns);
            rows = List.copyOf(rows);
        }
    }

    public Response {
        results = List.copyOf(results);
    }

    /**
     * The last result.
     *
     * @throws SqlException if the server answered with an error
     */
    public Result orThrow() {
        if (error.isPresent()) {
            throw new SqlException(error.get());
        }
        return results.get(results.size() - 1);
    }
}
