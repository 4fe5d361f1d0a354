package io.heapwise.demo.connections;

import io.heapwise.demo.Contestant;
import io.heapwise.demo.Run;
import io.heapwise.demo.Scene;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;

/** Money that is moved in a database, by requests some of which give up half-way. */
public final class ConnectionsScene implements Scene {

    /** The file that says where the database is. */
    static final String URL = "url";

    private static final long REQUESTS = 20_000;

    @Override
    public String name() {
        return "connections";
    }

    @Override
    public String title() {
        return "Short transactions, and some that nobody ends";
    }

    @Override
    public List<String> story() {
        return List.of(
                Transfers.WORKERS + " workers serve " + String.format(Locale.ROOT, "%,d", REQUESTS)
                        + " requests, each of which moves an amount from one account to another, in a transaction on a"
                        + " database server of this machine (PostgreSQL, or H2 where that can't be started). There may be "
                        + Transfers.CONNECTIONS + " connections.",
                "One request in " + Transfers.BROKEN_ONE_IN
                        + " gives up after it has taken the amount and before it has given it"
                        + " to anybody, and closes its connection without a word, as code does that somebody forgot to wrap."
                        + " A connection that went back like that to a pool which does not undo it would lock an account, or"
                        + " lose money as soon as the next one commits.");
    }

    @Override
    public String operations() {
        return "requests";
    }

    @Override
    public String rate() {
        return "served";
    }

    @Override
    public String held() {
        return "connections";
    }

    @Override
    public List<Contestant> contestants() {
        return List.of(new Anew(), new Heapwise(), new Hikari());
    }

    @Override
    public Stage prepare(Path folder, long most) throws IOException {
        Bank bank = Bank.open();
        try {
            Files.writeString(folder.resolve(URL), bank.url());
            return new Stage(Math.min(most, REQUESTS), bank);
        } catch (IOException e) {
            bank.close();
            throw e;
        }
    }

    @Override
    public List<String> verdict(List<Run> runs) {
        return new TransferVerdict(runs).paragraphs();
    }

    @Override
    public String credit() {
        return "";
    }
}
