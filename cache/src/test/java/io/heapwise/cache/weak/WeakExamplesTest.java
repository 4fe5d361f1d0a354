package io.heapwise.cache.weak;

import static org.assertj.core.api.Assertions.assertThat;

import io.heapwise.cache.Canonicaliser;
import io.heapwise.cache.Equality;
import io.heapwise.cache.Interner;
import io.heapwise.cache.WeakCache;
import io.heapwise.memory.Subscription;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.junit.jupiter.api.Test;

/** What the documentation of weak caches shows compiles, and does what it says. */
final class WeakExamplesTest {
    private record Session(long id) {}

    private record Schema(Class<?> type) {}

    private record FileLock(Path path) {}

    /** Where sessions come from. */
    private static final class Repository {
        Session load(Long id) {
            return new Session(id);
        }
    }

    /** What sessions leave behind. */
    private static final class Files {
        final List<Long> deleted = new ArrayList<>();

        void delete(Long id) {
            deleted.add(id);
        }
    }

    @Test
    void sessionsAreSharedAndCleanedUp() {
        Repository repository = new Repository();
        Files files = new Files();
        Long id = 4_711L;
        WeakCache<Long, Session> sessions =
                WeakCache.<Long, Session>builder().name("sessions").build();

        Session session = sessions.get(id, repository::load);
        Subscription cleaning = sessions.onCollected(id, files::delete);

        assertThat(sessions.getIfPresent(id)).isSameAs(session);
        sessions.close();
        cleaning.close();
        assertThat(files.deleted).containsExactly(id);
    }

    @Test
    void schemasGoWithTheirClasses() {
        try (WeakCache<Class<?>, Schema> schemas = WeakCache.<Class<?>, Schema>builder()
                .weakKeys() // a class may be unloaded, though its schema refers to it
                .name("schemas")
                .build()) {
            Schema schema = schemas.get(String.class, Schema::new);
            assertThat(schemas.getIfPresent(String.class)).isSameAs(schema);
        }
    }

    @Test
    void citiesAreThereOnce() {
        Interner<String> cities = Interner.weak();
        String city = cities.intern(new String("Ulm"));
        assertThat(cities.intern(new String("Ulm"))).isSameAs(city);
        cities.close();
    }

    @Test
    void locksAreTheSameForAllWhoHaveOne() {
        Canonicaliser<Path, FileLock> locks = Canonicaliser.of(FileLock::new);
        FileLock lock = locks.canonical(Path.of("a"));
        assertThat(locks.canonical(Path.of("a"))).isSameAs(lock);
        locks.close();
    }

    @Test
    void namesAreComparedIgnoringCase() {
        Equality<String> ignoringCase = Equality.by(name -> name.toLowerCase(Locale.ROOT));
        assertThat(ignoringCase.areEqual("a", "A")).isTrue();
        assertThat(ignoringCase.hashOf("a")).isEqualTo(ignoringCase.hashOf("A"));
    }
}
