package io.heapwise.stress;

import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import org.openjdk.jcstress.annotations.Actor;
import org.openjdk.jcstress.annotations.Arbiter;
import org.openjdk.jcstress.annotations.Expect;
import org.openjdk.jcstress.annotations.JCStressTest;
import org.openjdk.jcstress.annotations.Outcome;
import org.openjdk.jcstress.annotations.State;
import org.openjdk.jcstress.infra.results.II_Result;
import org.openjdk.jcstress.infra.results.I_Result;

/** A connection goes back once, with every statement that was handed out closed once, whoever closes and hands out meanwhile. */
public final class ConnectionClosing {
    private ConnectionClosing() {}

    @JCStressTest
    @Outcome(id = "1, 1", expect = Expect.ACCEPTABLE, desc = "returned once, and one has it afterwards")
    @Outcome(expect = Expect.FORBIDDEN, desc = "returned twice or never, or two have it")
    @State
    public static class TwoClose {
        private final Connections connections = new Connections();
        private final Connection connection = connections.borrowed();

        @Actor
        public void one() {
            Connections.close(connection);
        }

        @Actor
        public void other() {
            Connections.close(connection);
        }

        @Arbiter
        public void count(II_Result r) {
            r.r1 = connections.returns.get();
            r.r2 = connections.owners();
            Connections.close(connections.pool);
        }
    }

    @JCStressTest
    @Outcome(id = "1, 0", expect = Expect.ACCEPTABLE, desc = "handed out, and closed with the connection")
    @Outcome(id = "0, 0", expect = Expect.ACCEPTABLE, desc = "refused, and closed if the driver had opened it")
    @Outcome(expect = Expect.FORBIDDEN, desc = "left open, or closed twice")
    @State
    public static class CloseAgainstStatement {
        private final Connections connections = new Connections();
        private final Connection connection = connections.borrowed();

        @Actor
        public void close() {
            Connections.close(connection);
        }

        @Actor
        public void open(II_Result r) {
            try {
                r.r1 = connection.createStatement() == null ? -1 : 1;
            } catch (SQLException refused) {
                r.r1 = 0;
            }
        }

        @Arbiter
        public void count(II_Result r) {
            r.r2 = connections.statementsOpened.get() - connections.statementsClosed.get();
            Connections.close(connections.pool);
        }
    }

    @JCStressTest
    @Outcome(id = "1", expect = Expect.ACCEPTABLE, desc = "closed once")
    @Outcome(expect = Expect.FORBIDDEN, desc = "closed twice, or left open")
    @State
    public static class CloseAgainstCloseOfStatement {
        private final Connections connections = new Connections();
        private final Connection connection = connections.borrowed();
        private final Statement statement = Connections.statementOf(connection);

        @Actor
        public void close() {
            Connections.close(connection);
        }

        @Actor
        public void closeStatement() {
            Connections.close(statement);
        }

        @Arbiter
        public void count(I_Result r) {
            r.r1 = connections.statementsClosed.get();
            Connections.close(connections.pool);
        }
    }

    /** Two that are put on at the same time pass over one that has ended, and over one that is just ending. */
    @JCStressTest
    @Outcome(id = "5", expect = Expect.ACCEPTABLE, desc = "each is closed once")
    @Outcome(expect = Expect.FORBIDDEN, desc = "one was lost, or closed twice")
    @State
    public static class OpenAgainstCloseAndOpen {
        private final Connections connections = new Connections();
        private final Connection connection = connections.borrowed();
        private final Statement lowest = Connections.statementOf(connection);
        private final Statement below = Connections.statementOf(connection);
        private final Statement top = Connections.statementOf(connection);

        public OpenAgainstCloseAndOpen() {
            Connections.close(below);
        }

        @Actor
        public void open() {
            Statement unused = Connections.statementOf(connection);
        }

        @Actor
        public void closeAndOpen() {
            Connections.close(top);
            Statement unused = Connections.statementOf(connection);
        }

        @Arbiter
        public void count(I_Result r) {
            Connections.close(connection);
            Connections.close(lowest);
            r.r1 = connections.statementsClosed.get();
            Connections.close(connections.pool);
        }
    }
}
