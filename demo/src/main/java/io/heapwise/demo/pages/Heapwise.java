package io.heapwise.demo.pages;

import io.heapwise.demo.naive.ArticlePagination.Result;
import io.heapwise.streams.CyclePolicy;
import io.heapwise.streams.Page;
import io.heapwise.streams.Pages;
import java.time.Duration;

/** Ours, one page after the other. */
final class Heapwise extends ReadPages {

    @Override
    public String name() {
        return "heapwise";
    }

    @Override
    public String title() {
        return "Heapwise";
    }

    @Override
    public String setUp(long heapBytes) {
        return "Pages.byToken(fetch).retry(5 attempts, pauses from 10 ms).onCycle(STOP).forEach. STOP is said because this"
                + " service ends with a token that comes again; by default that is an error, as it would be with most.";
    }

    @Override
    void read(PageClient client, ItemWork work) {
        open(client).forEach(work::process);
    }

    static Pages<String> open(PageClient client) {
        return Pages.byToken(token -> {
                    Result<String> page = client.fetch(token);
                    return Page.of(page.items(), page.next());
                })
                .retry(
                        5,
                        Duration.ofMillis(10),
                        Duration.ofSeconds(1),
                        failure -> failure instanceof PageClient.BusyException)
                .onCycle(CyclePolicy.STOP);
    }
}
