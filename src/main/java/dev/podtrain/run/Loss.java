package dev.podtrain.run;

/** How a pod was lost from sight. */
enum Loss {
    /** The provider does not know it any more: its host failed, it was terminated, or the account ran dry. */
    GONE,
    /** The provider shows it as stopped. */
    STOPPED,
    /** The provider shows it as running, but nothing has answered over SSH for minutes. */
    UNREACHABLE
}
