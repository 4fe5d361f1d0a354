package io.heapwise.demo.connections;

import static org.assertj.core.api.Assertions.assertThat;

import io.heapwise.demo.Contestant;
import io.heapwise.demo.Meter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.Statement;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The bank where there is no PostgreSQL, and what its balance says. */
class BankTest {
    @TempDir
    Path folder;

    @Test
    void allContestantsLeaveTheMoneyAsItWas() throws Exception {
        try (Bank bank = Bank.startH2()) {
            Bank.fill(bank.url());
            Files.writeString(folder.resolve(ConnectionsScene.URL), bank.url());
            for (Contestant contestant : new ConnectionsScene().contestants()) {
                Meter meter = new Meter();
                contestant.run(new Contestant.Task(folder, 200, 1 << 20, meter));
                assertThat(meter.operations()).isEqualTo(200);
                assertThat(meter.misses()).isZero();
                assertThat(meter.result()).isEqualTo("no money was lost or made (H2)");
            }
        }
    }

    @Test
    void moneyThatIsGoneIsSeen() throws Exception {
        try (Bank bank = Bank.startH2()) {
            Bank.fill(bank.url());
            try (Connection connection = DriverManager.getConnection(bank.url());
                    Statement statement = connection.createStatement()) {
                statement.execute("UPDATE account SET amount = amount - 7 WHERE id = 3");
            }
            assertThat(Bank.balance(bank.url())).isEqualTo("the accounts are off by -7 (H2)");
        }
    }
}
