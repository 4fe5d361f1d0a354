package io.heapwise.pools.jdbc;

import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;

/**
 * Has the build write the subclass of a handle that hands to the driver's object all of the interface that the handle does not do
 * itself: of {@code ConnectionHandle} the class {@code ConnectionProxy}, among the generated sources. What it calls of the handle are
 * {@code requireOpen}, {@code used}, {@code failed}, {@code wrapped} and {@code unwrapped}.
 */
@Retention(RetentionPolicy.SOURCE)
@Target(ElementType.TYPE)
@interface DelegatesTo {
    /** The interface. */
    Class<?> value();
}
