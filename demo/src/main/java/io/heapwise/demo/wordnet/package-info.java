/** The scene in which every word of WordNet is looked up. */
@org.jspecify.annotations.NullMarked
package io.heapwise.demo.wordnet;
