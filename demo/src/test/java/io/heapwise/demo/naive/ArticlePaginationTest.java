package io.heapwise.demo.naive;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.heapwise.demo.naive.ArticlePagination.Result;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeoutException;
import org.junit.jupiter.api.Test;

class ArticlePaginationTest {

    private final List<String> processed = new ArrayList<>();
    private final ArticlePagination<String> pagination = new ArticlePagination<>(processed::add);

    @Test
    void pagesFollowTheirTokensUntilThereIsNone() {
        pagination.fetchAllItems(page -> page == null
                ? new Result<>(List.of("a", "b"), "2")
                : new Result<>(List.of("item of page " + page), null));
        assertThat(processed).containsExactly("a", "b", "item of page 2");
    }

    @Test
    void aTokenThatComesAgainIsFollowedForAsLongAsThereIsAnAnswer() {
        int[] fetches = new int[1];
        assertThatThrownBy(() -> pagination.fetchAllItems(page -> {
                    if (++fetches[0] > 1_000) {
                        throw new TimeoutException("enough");
                    }
                    return new Result<>(page == null ? List.of("a") : List.of(), "end");
                }))
                .isInstanceOf(TimeoutException.class);
        assertThat(processed).containsExactly("a");
    }

    @Test
    void aPageThatFailsEndsIt() {
        assertThatThrownBy(() -> pagination.fetchAllItems(page -> {
                    if (page != null) {
                        throw new IllegalStateException("busy");
                    }
                    return new Result<>(List.of("a"), "2");
                }))
                .hasMessage("busy");
        assertThat(processed).containsExactly("a");
    }
}
