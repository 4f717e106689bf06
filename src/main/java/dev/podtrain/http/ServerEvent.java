package dev.podtrain.http;

/**
 * One server-sent event.
 *
 * @param id the last id the stream has given; empty if it gave none
 * @param data its lines joined by line feeds
 */
public record ServerEvent(String id, String data) {}
