package io.heapwise.demo.pages;

import io.heapwise.demo.Contestant;
import io.heapwise.demo.Run;
import io.heapwise.demo.Scene;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;

/** All that a service has, which gives it page by page, and says neither how much that is nor clearly where it ends. */
public final class PagesScene implements Scene {

    /** The file that says where the service is. */
    static final String PORT = "port";

    private static final long ITEMS = 80_000;

    @Override
    public String name() {
        return "pages";
    }

    @Override
    public String title() {
        return "A service read page by page, to an end that is none";
    }

    @Override
    public List<String> story() {
        return List.of(
                "A service on this machine gives " + String.format(Locale.ROOT, "%,d", ITEMS) + " items, "
                        + PageServer.PAGE_ITEMS + " a page, each of "
                        + PageServer.ITEM_CHARACTERS + " characters. A page takes " + PageServer.ANSWER_MILLIS
                        + " ms to come, and each item " + ItemWork.ITEM_NANOS / 1000
                        + " \u00b5s to be processed. One request in " + PageServer.BUSY_ONE_IN
                        + " is answered by a 503. All items together are bigger than the heap.",
                "Each page brings a token to ask for the next one with. Behind the last item come empty pages that bring the token they"
                        + " were asked with: nothing more for now, as services say whose data grows. A reader that goes on while"
                        + " there is a token never ends.");
    }

    @Override
    public String operations() {
        return "items";
    }

    /** No item can be a miss. */
    @Override
    public String rate() {
        return "";
    }

    @Override
    public String held() {
        return "items";
    }

    @Override
    public List<Contestant> contestants() {
        return List.of(new Collect(), new Naive(), new Heapwise(), new Prefetch());
    }

    @Override
    public Stage prepare(Path folder, long most) throws IOException {
        long items = Math.min(most, ITEMS);
        PageServer server = PageServer.open(items, PageServer.ANSWER_MILLIS);
        Stage stage = new Stage(items, server);
        try {
            Files.writeString(folder.resolve(PORT), Integer.toString(server.port()));
            return stage;
        } catch (IOException e) {
            stage.close();
            throw e;
        }
    }

    @Override
    public List<String> verdict(List<Run> runs) {
        return new PagesVerdict(runs).paragraphs();
    }

    @Override
    public String credit() {
        return "";
    }
}
