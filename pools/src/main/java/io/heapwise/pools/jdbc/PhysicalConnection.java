package io.heapwise.pools.jdbc;

import java.lang.System.Logger.Level;
import java.sql.Connection;
import java.sql.SQLClientInfoException;
import java.sql.SQLException;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Objects;
import java.util.Properties;
import java.util.Set;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import org.jspecify.annotations.Nullable;

/**
 * A connection of the driver's, and what of its session was changed. Invariant: when {@link #restore} returns, all that JDBC can see of
 * the session is as it was observed, and no work of a borrower's is uncommitted.
 *
 * <p>What a borrower changes is noted as changed before the driver is called, and as not changed when it is back at what was observed:
 * a change that fails half-way is restored too. A flag for each, not bits of one word: two threads may set two properties at once.
 */
final class PhysicalConnection {
    private static final System.Logger LOGGER = System.getLogger("io.heapwise.pools");

    /** How long a broken connection may wait for the server while it is closed. */
    private static final int CLOSE_LIMIT_MILLIS = 10_000;

    private final Connection raw;
    private final ObservedSession was;
    private final int generation;
    private final ConnectionRules rules;

    private boolean isUsed;
    private boolean isBroken;
    private boolean isAutoCommitChanged;
    private boolean isReadOnlyChanged;
    private boolean isIsolationChanged;
    private boolean isCatalogChanged;
    private boolean isSchemaChanged;
    private boolean isNetworkTimeoutChanged;
    private boolean isHoldabilityChanged;
    private boolean isTypeMapChanged;

    /** When the loan began, if somebody wants to know. */
    private long lentAtNanos;

    /** The names of what was set; null for none. */
    private @Nullable Set<String> changedClientInfo;

    /** What the last borrower left open. */
    private @Nullable KeptHandle toClose;

    /** Why something that was to be closed may still be open. */
    private @Nullable SQLException notClosed;

    PhysicalConnection(Connection raw, ObservedSession was, int generation, ConnectionRules rules) {
        this.raw = raw;
        this.was = was;
        this.generation = generation;
        this.rules = rules;
    }

    Connection raw() {
        return raw;
    }

    // ---- what borrowers do -----------------------------------------------------------------------------------------

    /*
     * Written only if it changes: connections lie beside each other in memory, and threads that write to one take the line from those
     * that use the next.
     */

    void use() {
        if (!isUsed) {
            isUsed = true;
        }
    }

    void unuse() {
        if (isUsed) {
            isUsed = false;
        }
    }

    void breakUp() {
        isBroken = true;
    }

    boolean isBroken() {
        return isBroken;
    }

    void observe(SQLException failure) {
        if (!isBroken && rules.fatal().isFatal(failure)) {
            isBroken = true;
        }
        FailOver failOver = rules.failOver();
        if (failOver != null) {
            failOver.observe(failure, generation);
        }
    }

    void lentAt(long nowNanos) {
        lentAtNanos = nowNanos;
    }

    /** The loan has ended. */
    void returned() {
        Meter meter = rules.meter();
        if (meter != null) {
            meter.used(lentAtNanos);
        }
    }

    void toClose(@Nullable KeptHandle first) {
        toClose = first;
    }

    /** The driver could not close something: nobody will try again, so the connection is not to be lent again. */
    void notClosed(SQLException failure) {
        notClosed = failure;
    }

    void setAutoCommit(boolean isOn) throws SQLException {
        isAutoCommitChanged = true;
        raw.setAutoCommit(isOn);
        isAutoCommitChanged = isOn != was.autoCommit();
    }

    void setReadOnly(boolean isReadOnly) throws SQLException {
        isReadOnlyChanged = true;
        raw.setReadOnly(isReadOnly);
        isReadOnlyChanged = !Boolean.valueOf(isReadOnly).equals(was.readOnly());
    }

    void setTransactionIsolation(int level) throws SQLException {
        isIsolationChanged = true;
        raw.setTransactionIsolation(level);
        isIsolationChanged = !Integer.valueOf(level).equals(was.isolation());
    }

    void setCatalog(@Nullable String catalog) throws SQLException {
        isCatalogChanged = true;
        raw.setCatalog(catalog);
        isCatalogChanged = !was.knowsCatalog() || !Objects.equals(catalog, was.catalog());
    }

    void setSchema(@Nullable String schema) throws SQLException {
        isSchemaChanged = true;
        raw.setSchema(schema);
        isSchemaChanged = !was.knowsSchema() || !Objects.equals(schema, was.schema());
    }

    void setNetworkTimeout(Executor executor, int milliseconds) throws SQLException {
        isNetworkTimeoutChanged = true;
        raw.setNetworkTimeout(executor, milliseconds);
        isNetworkTimeoutChanged = !Integer.valueOf(milliseconds).equals(was.networkTimeout());
    }

    void setHoldability(int holdability) throws SQLException {
        isHoldabilityChanged = true;
        raw.setHoldability(holdability);
        isHoldabilityChanged = !Integer.valueOf(holdability).equals(was.holdability());
    }

    void setClientInfo(String name, @Nullable String value) throws SQLClientInfoException {
        changedClientInfo().add(name);
        raw.setClientInfo(name, value);
    }

    /** Sets these and clears all others, so all others are changed too. */
    void setClientInfo(Properties properties) throws SQLClientInfoException {
        Set<String> changed = changedClientInfo();
        changed.addAll(properties.stringPropertyNames());
        if (was.clientInfo() != null) {
            changed.addAll(was.clientInfo().stringPropertyNames());
        }
        raw.setClientInfo(properties);
    }

    void setTypeMap(Map<String, Class<?>> map) throws SQLException {
        isTypeMapChanged = true;
        raw.setTypeMap(map);
    }

    private Set<String> changedClientInfo() {
        Set<String> changed = changedClientInfo;
        if (changed == null) {
            changed = new HashSet<>(2);
            changedClientInfo = changed;
        }
        return changed;
    }

    // ---- what the pool does ----------------------------------------------------------------------------------------

    /** Whether the server still answers. Leaves no transaction behind, which some drivers begin in order to ask. */
    boolean isValid() throws SQLException {
        if (!raw.isValid(rules.validationTimeoutSeconds())) {
            breakUp();
            return false;
        }
        if (!was.autoCommit()) {
            raw.rollback();
        }
        return true;
    }

    /**
     * Makes it as it was. The order matters: rolling back comes before anything else, since to switch auto-commit on commits; and
     * most properties can't be set while a transaction is under way.
     *
     * @throws SQLException when it can't be made so: it must not be lent again
     */
    void restore() throws SQLException {
        boolean isRestored = false;
        try {
            closeKept();
            rollBack(); // also where something could not be closed: some drivers commit when the connection is
            if (notClosed != null) {
                throw notClosed;
            }
            restoreProperties();
            if (isUsed) {
                raw.clearWarnings();
            }
            if (rules.onReturn() != null) {
                rules.onReturn().run(raw);
                commitOwn();
            }
            unuse();
            isRestored = true;
        } finally {
            if (!isRestored) {
                breakUp();
            }
        }
    }

    private void closeKept() {
        KeptHandle first = toClose;
        if (first != null) {
            toClose = null;
            SQLException failure = KeepingHandle.closeAll(first);
            notClosed = failure == null ? notClosed : failure;
        }
    }

    private void rollBack() throws SQLException {
        if (isUsed && !(isAutoCommitChanged ? raw.getAutoCommit() : was.autoCommit())) {
            raw.rollback();
        }
    }

    private void restoreProperties() throws SQLException {
        if (isAutoCommitChanged) {
            raw.setAutoCommit(was.autoCommit());
            isAutoCommitChanged = false;
        }
        boolean isChanged = false;
        if (isReadOnlyChanged) {
            raw.setReadOnly(known("readOnly", was.readOnly()));
            isReadOnlyChanged = false;
            isChanged = true;
        }
        if (isIsolationChanged) {
            raw.setTransactionIsolation(known("isolation", was.isolation()));
            isIsolationChanged = false;
            isChanged = true;
        }
        if (isCatalogChanged) {
            requireKnown("catalog", was.knowsCatalog());
            raw.setCatalog(was.catalog());
            isCatalogChanged = false;
            isChanged = true;
        }
        if (isSchemaChanged) {
            requireKnown("schema", was.knowsSchema());
            raw.setSchema(was.schema());
            isSchemaChanged = false;
            isChanged = true;
        }
        if (isNetworkTimeoutChanged) {
            raw.setNetworkTimeout(Runnable::run, known("networkTimeout", was.networkTimeout()));
            isNetworkTimeoutChanged = false;
        }
        if (isHoldabilityChanged) {
            raw.setHoldability(known("holdability", was.holdability()));
            isHoldabilityChanged = false;
        }
        if (changedClientInfo != null) {
            restoreClientInfo(changedClientInfo);
            changedClientInfo = null;
            isChanged = true;
        }
        if (isTypeMapChanged) {
            raw.setTypeMap(new HashMap<>(known("typeMap", was.typeMap())));
            isTypeMapChanged = false;
        }
        if (isChanged) {
            commitOwn();
        }
    }

    private void restoreClientInfo(Set<String> changed) throws SQLException {
        Properties before = known("clientInfo", was.clientInfo());
        for (String name : changed) {
            raw.setClientInfo(name, before.getProperty(name));
        }
    }

    /** What was set by a statement, as drivers do, would be rolled back with the work of the next borrower. */
    private void commitOwn() throws SQLException {
        if (!was.autoCommit()) {
            raw.commit();
        }
    }

    private static <V> V known(String property, @Nullable V value) throws SQLException {
        requireKnown(property, value != null);
        return Objects.requireNonNull(value);
    }

    private static void requireKnown(String property, boolean isKnown) throws SQLException {
        if (!isKnown) {
            throw new SQLException("property=" + property
                    + " was changed (expected one that the driver could tell when it connected): it can't be restored");
        }
    }

    /**
     * Closes it. Work that is not committed is rolled back before, as some drivers would commit it. One that is broken is closed elsewhere,
     * since that may wait for a server that is gone.
     */
    void destroy() throws SQLException {
        if (isBroken) {
            elsewhere(this::closeBroken);
            return;
        }
        try {
            if (isUsed && !raw.getAutoCommit()) {
                raw.rollback();
            }
        } finally {
            raw.close();
        }
    }

    /** Breaks it off while its borrower uses it: to roll back would wait until the call under way has ended. */
    void abort() {
        breakUp();
        elsewhere(this::closeBroken);
    }

    /** Closes one that no pool has taken. */
    void discard() {
        elsewhere(raw::close);
    }

    /** Aborts it before, since some drivers commit when they close, and this may have work of which nobody knows what it is worth. */
    private void closeBroken() throws SQLException {
        try {
            raw.setNetworkTimeout(Runnable::run, CLOSE_LIMIT_MILLIS);
        } catch (SQLException | RuntimeException | AbstractMethodError cannot) {
            // Then it takes as long as the driver lets it.
        }
        try {
            raw.abort(Runnable::run);
        } catch (SQLException | RuntimeException | AbstractMethodError cannot) {
            // Then it can only be closed.
        } finally {
            raw.close(); // does nothing after the other, unless the driver has left that out
        }
    }

    private interface Closing {
        void run() throws SQLException;
    }

    /** What is thrown there is no news: the connection was broken. */
    private void elsewhere(Closing closing) {
        Runnable quietly = () -> {
            try {
                closing.run();
            } catch (SQLException | RuntimeException expected) {
                LOGGER.log(Level.DEBUG, "A broken connection could not be closed", expected);
            }
        };
        try {
            rules.executor().execute(quietly);
        } catch (RejectedExecutionException busy) {
            quietly.run();
        }
    }

    @Override
    public String toString() {
        return raw.toString();
    }
}
