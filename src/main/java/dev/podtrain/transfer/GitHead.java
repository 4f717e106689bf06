package dev.podtrain.transfer;

/**
 * The commit a work tree is at, where others can fetch it.
 *
 * @param url without a user name or password; an SSH address of a host is given as its HTTPS one
 * @param commit the full number
 */
public record GitHead(String url, String commit) {}
