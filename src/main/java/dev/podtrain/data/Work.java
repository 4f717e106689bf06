package dev.podtrain.data;

import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Collection;
import java.util.Deque;
import java.util.Optional;

/**
 * Pieces of work shared by several connections: whoever is free takes the next one, so that a slow connection holds
 * nobody up. It is over when no piece waits and none is under way, or when it was stopped.
 */
final class Work<T> {
    private final Deque<T> waiting = new ArrayDeque<>();
    private int underWay;
    private boolean stopped;

    synchronized void add(Collection<? extends T> pieces) {
        waiting.addAll(pieces);
        notifyAll();
    }

    /** Before those that wait: what belongs to a file under way. */
    synchronized void addFirst(Collection<? extends T> pieces) {
        Deque<T> reversed = new ArrayDeque<>();
        pieces.forEach(reversed::addFirst);
        reversed.forEach(waiting::addFirst);
        notifyAll();
    }

    /** The next piece, which may have to be waited for; empty when the work is over. */
    synchronized Optional<T> take() throws InterruptedException {
        while (waiting.isEmpty() && underWay > 0 && !stopped) {
            wait();
        }
        return takeIfThere();
    }

    /** The next piece if there is one now. */
    synchronized Optional<T> takeIfThere() {
        if (stopped || waiting.isEmpty()) {
            return Optional.empty();
        }
        underWay++;
        return Optional.of(waiting.removeFirst());
    }

    /** A piece that was taken is done; whatever follows from it has been added before. */
    synchronized void done() {
        underWay--;
        notifyAll();
    }

    /** Nothing more is taken. */
    synchronized void stop() {
        stopped = true;
        notifyAll();
    }

    /** Waits until it is over, for so long at most, and says whether it is; now and then it says so sooner. */
    @SuppressWarnings("WaitNotInLoop") // the caller's loop is the loop
    synchronized boolean awaitEnd(Duration limit) throws InterruptedException {
        if (!isOver()) {
            wait(limit.toMillis());
        }
        return isOver();
    }

    /** Whether every piece is done. */
    synchronized boolean isDone() {
        return waiting.isEmpty() && underWay == 0;
    }

    private boolean isOver() {
        return stopped || isDone();
    }
}
