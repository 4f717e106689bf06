package dev.podtrain.data;

import java.nio.file.Path;

/** Something to upload: what it is called at its destination, and where it is here. */
record LocalItem(Entry entry, Path file) {}
