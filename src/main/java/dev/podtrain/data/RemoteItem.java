package dev.podtrain.data;

import java.nio.file.Path;

/**
 * Something to fetch.
 *
 * @param entry as it is to be here, its path relative to the destination
 * @param remotePath where it is on the host, without the leading slash
 * @param file where it goes
 */
record RemoteItem(Entry entry, String remotePath, Path file) {}
