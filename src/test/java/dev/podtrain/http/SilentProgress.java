package dev.podtrain.http;

import dev.podtrain.base.Progress;

/** For tests that do not care what is reported. */
final class SilentProgress implements Progress {
    @Override
    public void report(String message) {}

    @Override
    public void warn(String message) {}
}
