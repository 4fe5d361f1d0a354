package io.heapwise.pools.jdbc;

import java.sql.Connection;
import java.sql.SQLException;
import java.util.HashMap;
import java.util.Map;
import java.util.Properties;
import org.jspecify.annotations.Nullable;

/**
 * How a connection was when it was new. Invariant: what the driver could not tell is null, or said not to be known.
 *
 * @param autoCommit as {@link Connection#getAutoCommit}, which every driver knows
 * @param readOnly as {@link Connection#isReadOnly}
 * @param isolation as {@link Connection#getTransactionIsolation}
 * @param knowsCatalog whether the next was told, since null is an answer
 * @param catalog as {@link Connection#getCatalog}
 * @param knowsSchema whether the next was told
 * @param schema as {@link Connection#getSchema}
 * @param networkTimeout as {@link Connection#getNetworkTimeout}, in milliseconds
 * @param holdability as {@link Connection#getHoldability}
 * @param clientInfo as {@link Connection#getClientInfo()}
 * @param typeMap as {@link Connection#getTypeMap}
 */
record ObservedSession(
        boolean autoCommit,
        @Nullable Boolean readOnly,
        @Nullable Integer isolation,
        boolean knowsCatalog,
        @Nullable String catalog,
        boolean knowsSchema,
        @Nullable String schema,
        @Nullable Integer networkTimeout,
        @Nullable Integer holdability,
        @Nullable Properties clientInfo,
        @Nullable Map<String, Class<?>> typeMap) {

    private interface Question<A> {
        @Nullable A ask() throws SQLException;
    }

    private record Answer<A>(boolean isKnown, @Nullable A value) {}

    /** Asks the driver. Only an answer that says the connection is broken is a failure; others mean that it can't tell. */
    static ObservedSession of(Connection raw, FatalErrors.Chain fatal) throws SQLException {
        Answer<String> catalog = answer(raw::getCatalog, fatal);
        Answer<String> schema = answer(raw::getSchema, fatal);
        return new ObservedSession(
                raw.getAutoCommit(),
                answer(raw::isReadOnly, fatal).value,
                answer(raw::getTransactionIsolation, fatal).value,
                catalog.isKnown,
                catalog.value,
                schema.isKnown,
                schema.value,
                answer(raw::getNetworkTimeout, fatal).value,
                answer(raw::getHoldability, fatal).value,
                copy(answer(raw::getClientInfo, fatal).value),
                copy(answer(raw::getTypeMap, fatal).value));
    }

    private static <A> Answer<A> answer(Question<A> question, FatalErrors.Chain fatal) throws SQLException {
        try {
            return new Answer<>(true, question.ask());
        } catch (SQLException e) {
            if (fatal.isFatal(e)) {
                throw e;
            }
        } catch (AbstractMethodError olderThanTheQuestion) {
            // The driver was compiled against an earlier JDBC.
        }
        return new Answer<>(false, null);
    }

    private static @Nullable Map<String, Class<?>> copy(@Nullable Map<String, Class<?>> told) {
        return told == null ? null : new HashMap<>(told);
    }

    /** Since some drivers return what they go on changing. */
    private static @Nullable Properties copy(@Nullable Properties told) {
        if (told == null) {
            return null;
        }
        Properties copy = new Properties();
        told.stringPropertyNames().forEach(name -> copy.setProperty(name, told.getProperty(name)));
        return copy;
    }
}
