package dev.podtrain.local;

/** Everything known about one pod; written to disk at each change. */
record PodRecord(PodDefinition definition, PodLife life) {
    String id() {
        return definition.id();
    }

    PodRecord with(PodLife newLife) {
        return new PodRecord(definition, newLife);
    }
}
