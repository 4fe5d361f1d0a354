package io.heapwise.pools.jdbc;

import org.jspecify.annotations.Nullable;

/**
 * How a pool treats its connections.
 *
 * @param fatal after which errors one is replaced
 * @param validationTimeoutSeconds how long one may take to answer
 * @param onCreate what is done with a new one; null for nothing
 * @param onReturn what is done with one that came back and was reset; null for nothing
 */
record ConnectionRules(
        FatalErrors.Chain fatal,
        int validationTimeoutSeconds,
        @Nullable ConnectionAction onCreate,
        @Nullable ConnectionAction onReturn) {}
