package io.heapwise.benchmarks.pools;

import static net.bytebuddy.matcher.ElementMatchers.isAbstract;
import static net.bytebuddy.matcher.ElementMatchers.isDeclaredBy;
import static net.bytebuddy.matcher.ElementMatchers.named;
import static net.bytebuddy.matcher.ElementMatchers.takesArguments;

import java.io.PrintWriter;
import java.lang.invoke.MethodHandle;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.MethodType;
import java.sql.Connection;
import java.sql.Driver;
import java.sql.DriverPropertyInfo;
import java.sql.Statement;
import java.util.Properties;
import java.util.logging.Logger;
import javax.sql.DataSource;
import net.bytebuddy.ByteBuddy;
import net.bytebuddy.description.modifier.Visibility;
import net.bytebuddy.dynamic.DynamicType;
import net.bytebuddy.dynamic.loading.ClassLoadingStrategy;
import net.bytebuddy.implementation.FieldAccessor;
import net.bytebuddy.implementation.FixedValue;
import net.bytebuddy.implementation.MethodCall;
import net.bytebuddy.implementation.StubMethod;

/**
 * A database that does nothing, so that what is measured is the pool: each method of its connections and statements returns zero,
 * false or null at once. Invariant: only auto-commit is kept, statements are new each time, and every connection is valid. As data
 * source and as driver, since not every pool takes both.
 */
public class StubDatabase implements DataSource, Driver {
    private static final MethodHandle NEW_CONNECTION = newConnection();

    private static MethodHandle newConnection() {
        try {
            Class<? extends Statement> statements = load(stub(Statement.class));
            Class<? extends Connection> connections = load(stub(Connection.class)
                    .defineField("autoCommit", boolean.class, Visibility.PRIVATE)
                    .method(named("setAutoCommit").or(named("getAutoCommit")))
                    .intercept(FieldAccessor.ofField("autoCommit"))
                    .method(named("isValid"))
                    .intercept(FixedValue.value(true))
                    .method(named("createStatement").and(takesArguments(0)))
                    .intercept(MethodCall.construct(statements.getConstructor())));
            return MethodHandles.lookup()
                    .findConstructor(connections, MethodType.methodType(void.class))
                    .asType(MethodType.methodType(Connection.class));
        } catch (ReflectiveOperationException e) {
            throw new ExceptionInInitializerError(e);
        }
    }

    private static <T> DynamicType.Builder<T> stub(Class<T> type) {
        return new ByteBuddy()
                .subclass(type)
                .name(StubDatabase.class.getPackageName() + ".Stub" + type.getSimpleName())
                .method(isAbstract().or(isDeclaredBy(type)))
                .intercept(StubMethod.INSTANCE);
    }

    private static <T> Class<? extends T> load(DynamicType.Builder<T> type) {
        return type.make()
                .load(StubDatabase.class.getClassLoader(), ClassLoadingStrategy.UsingLookup.of(MethodHandles.lookup()))
                .getLoaded();
    }

    @Override
    public Connection getConnection() {
        try {
            return (Connection) NEW_CONNECTION.invokeExact();
        } catch (Throwable e) {
            throw new IllegalStateException(e);
        }
    }

    @Override
    public Connection getConnection(String user, String password) {
        return getConnection();
    }

    @Override
    public Connection connect(String url, Properties info) {
        return getConnection();
    }

    // ---- what nobody asks ------------------------------------------------------------------------------------------

    @Override
    public boolean acceptsURL(String url) {
        return true;
    }

    @Override
    public DriverPropertyInfo[] getPropertyInfo(String url, Properties info) {
        return new DriverPropertyInfo[0];
    }

    @Override
    public int getMajorVersion() {
        return 1;
    }

    @Override
    public int getMinorVersion() {
        return 0;
    }

    @Override
    public boolean jdbcCompliant() {
        return false;
    }

    @Override
    public PrintWriter getLogWriter() {
        return null;
    }

    @Override
    public void setLogWriter(PrintWriter out) {}

    @Override
    public void setLoginTimeout(int seconds) {}

    @Override
    public int getLoginTimeout() {
        return 0;
    }

    @Override
    public Logger getParentLogger() {
        return Logger.getGlobal();
    }

    @Override
    public <T> T unwrap(Class<T> type) {
        return type.cast(this);
    }

    @Override
    public boolean isWrapperFor(Class<?> type) {
        return type.isInstance(this);
    }
}
