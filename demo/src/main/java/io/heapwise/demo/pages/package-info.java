/** The scene in which a service gives what it has page by page. */
@org.jspecify.annotations.NullMarked
package io.heapwise.demo.pages;
