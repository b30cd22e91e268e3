/** What attention policies cost in accuracy, and what they read, on the scores of real models. */
package dev.skein.runtime.attention;
