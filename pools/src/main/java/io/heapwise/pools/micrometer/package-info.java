/** For those who measure by Micrometer, which must then be there. */
package io.heapwise.pools.micrometer;
