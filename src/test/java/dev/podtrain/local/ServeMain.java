package dev.podtrain.local;

/** Serves a local cloud in a process of its own, as the program's hidden verb does. */
final class ServeMain {
    private ServeMain() {}

    public static void main(String[] args) {
        System.exit(LocalCloud.serve(args));
    }
}
