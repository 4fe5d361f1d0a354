package io.heapwise.demo.wordnet;

import io.heapwise.demo.Contestant;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.function.LongSupplier;
import java.util.function.UnaryOperator;

/** The loop that all contestants of the scene run; they differ in the cache that they open, and in nothing else. */
abstract class WordLookup implements Contestant {

    /** Opens an empty cache in front of the store. */
    abstract Pages open(SlowStore store, long heapBytes);

    @Override
    public final void run(Task task) throws IOException {
        ByteBuffer text = Corpus.map(task.folder().resolve(WordNetScene.TEXT));
        SlowStore store = new SlowStore(
                task.folder().resolve(WordNetScene.TEXT), task.folder().resolve(WordNetScene.INDEX), task.meter());
        Pages pages = open(store, task.heapBytes());
        task.meter().measureHeld(pages::count);
        WordCursor words = new WordCursor(text, 0, text.limit());
        for (long done = 0; done < task.operations() && words.next(); done++) {
            String word = words.word();
            String page = pages.lookUp(word);
            if (!page.startsWith(word)) {
                throw new IllegalStateException(
                        "wrong page for word=" + word + " (expected it to begin with the word)");
            }
            task.meter().countOperation();
        }
    }

    /** A cache in front of the store, seen from the service. */
    interface Pages {
        /** The word's page, from the cache or from the store. */
        String lookUp(String word);

        /** How many pages are held, roughly; asked from another thread. */
        long count();

        static Pages of(UnaryOperator<String> lookUp, LongSupplier count) {
            return new Pages() {
                @Override
                public String lookUp(String word) {
                    return lookUp.apply(word);
                }

                @Override
                public long count() {
                    return count.getAsLong();
                }
            };
        }
    }
}
