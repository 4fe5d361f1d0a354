package io.heapwise.pools.jdbc;

import java.lang.reflect.InvocationHandler;
import java.lang.reflect.Method;
import java.lang.reflect.Proxy;
import java.sql.Array;
import java.sql.Connection;
import java.sql.DatabaseMetaData;
import java.sql.Driver;
import java.sql.DriverPropertyInfo;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.SQLFeatureNotSupportedException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Properties;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Predicate;
import java.util.logging.Logger;
import org.jspecify.annotations.Nullable;

/** A driver without a database, which notes what it is asked, fails where it is told to, and counts what is open. */
final class StubDriver implements Driver {
    /** One connection, with what it was asked in order. */
    final class Stub implements InvocationHandler {
        final int number;
        final List<String> calls = new CopyOnWriteArrayList<>();
        final Map<String, @Nullable Object> properties = new HashMap<>(defaults);
        final Map<String, String> clientInfo = new HashMap<>(Map.of("ApplicationName", "stub"));
        final List<Child> children = new CopyOnWriteArrayList<>();
        final AtomicInteger closings = new AtomicInteger();
        final Connection raw = proxy(Connection.class, this);

        Stub(int number) {
            this.number = number;
        }

        @Override
        public @Nullable Object invoke(Object self, Method method, Object @Nullable [] arguments) throws Throwable {
            String name = method.getName();
            switch (name) {
                case "hashCode":
                    return System.identityHashCode(self);
                case "equals":
                    return self == Objects.requireNonNull(arguments)[0];
                case "toString":
                    return "stub " + number;
                default:
            }
            note(calls, name, arguments);
            failIfToldTo(name);
            if (name.equals("getClientInfo") && arguments == null) {
                Properties info = new Properties();
                info.putAll(clientInfo);
                return info;
            }
            if (name.equals("setClientInfo") && arguments != null && arguments.length == 2) {
                clientInfo.compute((String) arguments[0], (key, old) -> (String) arguments[1]);
                return null;
            }
            if (name.equals("setClientInfo") && arguments != null) {
                clientInfo.clear();
                ((Properties) arguments[0]).forEach((key, value) -> clientInfo.put((String) key, (String) value));
                return null;
            }
            if (name.startsWith("set") && arguments != null && !name.equals("setSavepoint")) {
                properties.put(name.substring(3), arguments[arguments.length - 1]);
                return child(method, this, self);
            }
            if (name.equals("close")) {
                closings.incrementAndGet();
            }
            if (name.equals("isValid")) {
                return isValid.test(this);
            }
            if (name.equals("isClosed")) {
                return closings.get() > 0;
            }
            Object property = properties.get(name.replaceFirst("^(get|is)", ""));
            return property != null ? property : child(method, this, self);
        }
    }

    /** What leads to a connection. */
    final class Child implements InvocationHandler {
        final Stub stub;
        final Class<?> type;
        final Object parent;
        final List<String> calls = new CopyOnWriteArrayList<>();
        final AtomicInteger closings = new AtomicInteger();
        volatile boolean isClosed;

        Child(Stub stub, Class<?> type, Object parent) {
            this.stub = stub;
            this.type = type;
            this.parent = parent;
        }

        @Override
        public @Nullable Object invoke(Object self, Method method, Object @Nullable [] arguments) throws Throwable {
            String name = method.getName();
            switch (name) {
                case "hashCode":
                    return System.identityHashCode(self);
                case "equals":
                    return self == Objects.requireNonNull(arguments)[0];
                case "toString":
                    return "a stub's " + type.getSimpleName();
                case "isClosed":
                    return isClosed;
                case "getConnection":
                    return stub.raw;
                case "getStatement":
                    return parent instanceof Statement ? parent : proxy(Statement.class, this);
                default:
            }
            note(calls, name, arguments);
            stub.calls.add(type.getSimpleName() + "." + name);
            failIfToldTo(type.getSimpleName() + "." + name);
            if (name.equals("close")) {
                closings.incrementAndGet();
                isClosed = true;
            }
            if (method.getReturnType() == Object.class && columns.get() != null) {
                return proxy(columns.get(), childOf(stub, columns.get(), self));
            }
            return child(method, stub, self);
        }
    }

    final List<Stub> stubs = new CopyOnWriteArrayList<>();
    final List<Properties> logins = new CopyOnWriteArrayList<>();

    /** How each new connection is. */
    final Map<String, @Nullable Object> defaults = new HashMap<>(Map.of(
            "AutoCommit",
            true,
            "ReadOnly",
            false,
            "TransactionIsolation",
            Connection.TRANSACTION_READ_COMMITTED,
            "Catalog",
            "main",
            "Schema",
            "public",
            "NetworkTimeout",
            0,
            "Holdability",
            ResultSet.HOLD_CURSORS_OVER_COMMIT,
            "TypeMap",
            new HashMap<String, Class<?>>()));

    volatile Predicate<Stub> isValid = stub -> true;

    /** What happens when one connects, before anything else. */
    volatile Runnable connecting = () -> {};

    /** What a column is that is read as an object; nothing unless set. */
    final java.util.concurrent.atomic.AtomicReference<Class<?>> columns =
            new java.util.concurrent.atomic.AtomicReference<>();

    private final Map<String, List<Throwable>> failures = new HashMap<>();
    private final Map<String, Runnable> hanging = new ConcurrentHashMap<>();

    /** The next call of this method, as {@code rollback} or {@code Statement.execute}, throws; of all connections together once. */
    synchronized void fail(String call, Throwable failure) {
        failures.computeIfAbsent(call, key -> new ArrayList<>()).add(failure);
    }

    /** The next call of this method hangs, deaf to interrupts, until the latch is open; returns what tells that it does. */
    CountDownLatch hang(String call, CountDownLatch until) {
        CountDownLatch isHanging = new CountDownLatch(1);
        hanging.put(call, () -> {
            isHanging.countDown();
            while (until.getCount() > 0) {
                Thread.onSpinWait();
            }
        });
        return isHanging;
    }

    /** Nothing fails any more that was to. */
    synchronized void forget() {
        failures.clear();
    }

    private void failIfToldTo(String call) throws Throwable {
        Runnable hang = hanging.remove(call);
        if (hang != null) {
            hang.run();
        }
        Throwable failure = nextFailure(call);
        if (failure != null) {
            throw failure;
        }
    }

    private synchronized @Nullable Throwable nextFailure(String call) {
        List<Throwable> next = failures.get(call);
        return next == null || next.isEmpty() ? null : next.remove(0);
    }

    long open() {
        return stubs.stream().filter(stub -> stub.closings.get() == 0).count();
    }

    /** What a connection was asked since it was new, without reading. */
    List<String> changes(Stub stub) {
        return stub.calls.stream().filter(call -> !call.matches("(get|is).*")).toList();
    }

    @Override
    public @Nullable Connection connect(String url, Properties info) throws SQLException {
        connecting.run();
        logins.add(info);
        try {
            failIfToldTo("connect");
        } catch (SQLException | RuntimeException | Error e) {
            throw e;
        } catch (Throwable e) {
            throw new AssertionError(e);
        }
        synchronized (this) {
            Stub stub = new Stub(stubs.size());
            stubs.add(stub);
            return stub.raw;
        }
    }

    static Class<?>[] kinds() {
        return new Class<?>[] {
            java.sql.CallableStatement.class,
            java.sql.PreparedStatement.class,
            Statement.class,
            ResultSet.class,
            DatabaseMetaData.class,
            Array.class
        };
    }

    private Child childOf(Stub stub, Class<?> type, Object parent) {
        Child child = new Child(stub, type, parent);
        stub.children.add(child);
        return child;
    }

    private @Nullable Object child(Method method, Stub stub, Object parent) {
        Class<?> type = method.getReturnType();
        if (Arrays.asList(kinds()).contains(type)) {
            return proxy(type, childOf(stub, type, parent));
        }
        if (!type.isPrimitive() || type == void.class) {
            return null;
        }
        return java.lang.reflect.Array.get(java.lang.reflect.Array.newInstance(type, 1), 0);
    }

    private static void note(List<String> calls, String name, Object @Nullable [] arguments) {
        calls.add(
                arguments == null
                        ? name
                        : name
                                + Arrays.stream(arguments)
                                        .filter(argument -> !(argument instanceof java.util.concurrent.Executor))
                                        .map(String::valueOf)
                                        .toList()
                                        .toString()
                                        .replace('[', '(')
                                        .replace(']', ')'));
    }

    static <T> T proxy(Class<T> type, InvocationHandler handler) {
        return type.cast(Proxy.newProxyInstance(StubDriver.class.getClassLoader(), new Class<?>[] {type}, handler));
    }

    @Override
    public boolean acceptsURL(String url) {
        return url.startsWith("jdbc:stub:");
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
    public Logger getParentLogger() throws SQLFeatureNotSupportedException {
        throw new SQLFeatureNotSupportedException();
    }
}
