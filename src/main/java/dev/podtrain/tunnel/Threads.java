package dev.podtrain.tunnel;

/** The threads of this package: each copies one stream or accepts connections, and ends with what it reads from. */
final class Threads {
    private Threads() {}

    static Thread daemon(String name, Runnable work) {
        Thread thread = new Thread(work, name);
        thread.setDaemon(true);
        thread.start();
        return thread;
    }
}
