/**
 * JSON over HTTP: one call with its retries, rate limits and typed failures, and streams of server-sent events. OkHttp
 * and Jackson do not leave this package.
 */
@NullMarked
package dev.podtrain.http;

import org.jspecify.annotations.NullMarked;
