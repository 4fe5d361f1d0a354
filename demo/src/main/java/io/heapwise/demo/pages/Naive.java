package io.heapwise.demo.pages;

import io.heapwise.demo.naive.ArticlePagination;
import java.io.IOException;

/** The article's loop, at its best. */
final class Naive extends ReadPages {

    @Override
    public String name() {
        return "naive";
    }

    @Override
    public String title() {
        return "the article's loop";
    }

    @Override
    public String setUp(long heapBytes) {
        return "The article\u2019s fetchAllItems as it stands, with a token where it has a number. It does not show how a page is"
                + " fetched; here that asks again when the service is busy, or the first refusal would have been the end of it.";
    }

    @Override
    void read(PageClient client, ItemWork work) throws IOException {
        new ArticlePagination<String>(work::process).fetchAllItems(client::fetchPatiently);
    }
}
