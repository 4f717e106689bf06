package dev.podtrain.pod;

/** Storage that outlives pods and can be mounted in one data center only. */
public record NetworkVolume(String id, String name, int sizeGb, String dataCenter) {}
