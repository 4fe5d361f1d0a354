/** The demo: what it is asked, whom it runs, and what came of it. */
@org.jspecify.annotations.NullMarked
package io.heapwise.demo;
