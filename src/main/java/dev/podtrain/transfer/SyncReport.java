package dev.podtrain.transfer;

/**
 * What a code sync had to do.
 *
 * @param filesSent contents that travelled; equal files travel once
 * @param bytesSent of those contents
 * @param filesDeleted of an earlier sync, no longer part of the project
 * @param unchanged whether everything was in place already
 */
public record SyncReport(int filesSent, long bytesSent, int filesDeleted, boolean unchanged) {}
