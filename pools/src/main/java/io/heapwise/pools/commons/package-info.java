/** For those who come from commons-pool2, which must then be there: its factories, and its interfaces over our pools. */
package io.heapwise.pools.commons;
