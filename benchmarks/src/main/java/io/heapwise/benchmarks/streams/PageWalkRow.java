package io.heapwise.benchmarks.streams;

/**
 * One line of pagewalk.json: how long one contestant took for all pages in one round.
 *
 * @param fetchOverProcess how much longer it takes to fetch a page than to process it
 * @param fetchMillis of all pages, as it really was
 * @param processMillis of all pages, as it really was
 * @param idealMillis the least that these times allow: one after the other, or each fetch beside the processing of the page before
 * @param mostPagesAlive at once, in a short walk of its own with a collection at each page
 */
public record PageWalkRow(
        String contestant,
        double fetchOverProcess,
        int pages,
        int round,
        double fetchMillis,
        double processMillis,
        double totalMillis,
        double idealMillis,
        int mostPagesAlive) {

    /** One is perfect. */
    public double overIdeal() {
        return totalMillis / idealMillis;
    }
}
