package io.heapwise.demo.pages;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.heapwise.demo.naive.ArticlePagination.Result;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.LongStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class PageServerTest {

    private static final int ITEMS = 450;

    private PageServer server;
    private PageClient client;

    @BeforeEach
    void open() throws IOException {
        server = PageServer.open(ITEMS, 0);
        client = new PageClient(server.port());
    }

    @AfterEach
    void close() {
        server.close();
    }

    @Test
    void whoFollowsTheTokensGetsEachItemOnceAndInOrder() throws IOException {
        List<String> items = new ArrayList<>();
        Result<String> page = client.fetch(null);
        while (!page.items().isEmpty()) {
            items.addAll(page.items());
            page = client.fetch(page.next());
        }
        assertThat(items)
                .isEqualTo(LongStream.range(0, ITEMS).mapToObj(PageServer::item).toList());
        assertThat(client.itemsFetched()).isEqualTo(ITEMS);
        assertThat(items.get(449)).hasSize(PageServer.ITEM_CHARACTERS).startsWith("item 449 and");
    }

    @Test
    void behindTheEndATokenLeadsToItself() throws IOException {
        assertThat(client.fetch("450")).isEqualTo(new Result<>(List.of(), "450"));
    }

    @Test
    void oneRequestInTwentyIsRefusedAndAskingAgainHelps() throws IOException {
        for (int i = 1; i < PageServer.BUSY_ONE_IN; i++) {
            client.fetch("400");
        }
        assertThatThrownBy(() -> client.fetch("400")).isInstanceOf(PageClient.BusyException.class);
        for (int i = 1; i < PageServer.BUSY_ONE_IN; i++) {
            client.fetch("400");
        }
        assertThat(client.fetchPatiently("400").items()).hasSize(50);
        assertThat(server.requests()).isEqualTo(2 * PageServer.BUSY_ONE_IN + 1);
    }

    @Test
    void heapwiseAsksForNoPageTwiceButWhereItWasRefused() {
        List<String> items = new ArrayList<>();
        Heapwise.open(client).forEach(items::add);
        assertThat(items).hasSize(ITEMS).doesNotHaveDuplicates();
        assertThat(server.requests()).as("three pages and an empty one").isEqualTo(4);
    }
}
