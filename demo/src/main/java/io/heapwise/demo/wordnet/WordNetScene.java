package io.heapwise.demo.wordnet;

import io.heapwise.demo.Contestant;
import io.heapwise.demo.Run;
import io.heapwise.demo.Scene;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.List;

/** Every word of WordNet, in reading order, looked up in a slow store through a cache. */
public final class WordNetScene implements Scene {

    static final String TEXT = "text";
    static final String INDEX = "index";

    @Override
    public String name() {
        return "wordnet";
    }

    @Override
    public String title() {
        return "Every word of a dictionary, looked up through a cache";
    }

    @Override
    public List<String> story() {
        return List.of(
                "A service reads the 37 MB of WordNet's dictionary files from the first byte to the last, on one thread. For every word it"
                        + " wants a page: the dictionary entries in which the word stands, up to "
                        + StoreFile.MOST_ENTRIES
                        + " of them. A slow store has the pages; each trip to it costs at least "
                        + SlowStore.TRIP_NANOS / 1000 + " \u00b5s. So the service keeps pages in a cache.",
                "Some words come all the time and some once; most pages are a few hundred bytes and some are many"
                        + " thousand; and all pages together are far bigger than the heap. A service that sees new words"
                        + " every day is in the same place.");
    }

    @Override
    public String operations() {
        return "look-ups";
    }

    @Override
    public String rate() {
        return "hit rate";
    }

    @Override
    public String held() {
        return "pages";
    }

    @Override
    public List<Contestant> contestants() {
        return List.of(new PlainMap(), new Naive(), new Heapwise(), new CaffeineByHand());
    }

    @Override
    public Stage prepare(Path folder, long most) throws IOException {
        Corpus.Extent entries = Corpus.unpack(folder.resolve(TEXT));
        ByteBuffer text = Corpus.map(folder.resolve(TEXT));
        StoreFile.write(folder.resolve(INDEX), text, entries);
        long words = 0;
        for (WordCursor cursor = new WordCursor(text, 0, text.limit()); cursor.next(); ) {
            words++;
        }
        return Stage.of(words);
    }

    @Override
    public List<String> verdict(List<Run> runs) {
        return new LookupVerdict(runs).paragraphs();
    }

    @Override
    public String credit() {
        return Corpus.CREDIT;
    }
}
