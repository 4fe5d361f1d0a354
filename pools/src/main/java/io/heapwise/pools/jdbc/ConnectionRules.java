package io.heapwise.pools.jdbc;

import java.util.concurrent.Executor;
import org.jspecify.annotations.Nullable;

/**
 * How a pool treats its connections.
 *
 * @param fatal after which errors one is replaced
 * @param failOver after which errors all are
 * @param validationTimeoutSeconds how long one may take to answer
 * @param onCreate what is done with a new one; null for nothing
 * @param onReturn what is done with one that came back and was reset; null for nothing
 * @param executor where those are closed with which that may take long
 * @param meter what is told of times; null for nothing, and then no clock is read
 */
record ConnectionRules(
        FatalErrors.Chain fatal,
        @Nullable FailOver failOver,
        int validationTimeoutSeconds,
        @Nullable ConnectionAction onCreate,
        @Nullable ConnectionAction onReturn,
        Executor executor,
        @Nullable Meter meter) {}
