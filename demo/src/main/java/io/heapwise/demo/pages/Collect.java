package io.heapwise.demo.pages;

import io.heapwise.demo.naive.ArticlePagination;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;

/** What the name of the article's function promises. */
final class Collect extends ReadPages {

    @Override
    public String name() {
        return "collect";
    }

    @Override
    public String title() {
        return "all items in a list";
    }

    @Override
    public String setUp(long heapBytes) {
        return "The article\u2019s function is called fetchAllItems and begins with an empty list of items. It never fills that;"
                + " this one does, as a function of that name mostly does, and processes the items when it has them all.";
    }

    @Override
    void read(PageClient client, ItemWork work) throws IOException {
        List<String> items = new ArrayList<>();
        new ArticlePagination<String>(items::add).fetchAllItems(client::fetchPatiently);
        items.forEach(work::process);
    }
}
