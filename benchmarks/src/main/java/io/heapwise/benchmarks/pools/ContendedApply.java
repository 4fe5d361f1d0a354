package io.heapwise.benchmarks.pools;

import org.openjdk.jmh.annotations.Threads;

/** As {@link Apply}, with eight threads: fewer processors than threads, and with two objects fewer objects too. */
@Threads(8)
public class ContendedApply extends Apply {}
