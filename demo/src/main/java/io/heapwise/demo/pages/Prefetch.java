package io.heapwise.demo.pages;

/** Ours, with the next page on its way. */
final class Prefetch extends ReadPages {

    @Override
    public String name() {
        return "prefetch";
    }

    @Override
    public String title() {
        return "Heapwise, one page ahead";
    }

    @Override
    public String setUp(long heapBytes) {
        return "The same, and prefetch(1): while the items of a page are processed the next page is fetched. Two pages are held at"
                + " most.";
    }

    @Override
    void read(PageClient client, ItemWork work) {
        Heapwise.open(client).prefetch(1).forEach(work::process);
    }
}
