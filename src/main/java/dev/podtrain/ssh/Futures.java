package dev.podtrain.ssh;

import java.io.IOException;
import java.io.InterruptedIOException;
import java.net.SocketTimeoutException;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.apache.sshd.common.Closeable;
import org.apache.sshd.common.future.SshFuture;

/** Waiting for the library so that an interrupt ends the wait: its own waits swallow it. */
final class Futures {
    private Futures() {}

    /** Whether the future was done within the time. */
    static <T extends SshFuture<T>> boolean isDoneWithin(SshFuture<T> future, Duration limit)
            throws InterruptedException {
        CountDownLatch done = new CountDownLatch(1);
        future.addListener(finished -> done.countDown());
        return done.await(limit.toNanos(), TimeUnit.NANOSECONDS);
    }

    /** Whether the channel or session was closed, by whichever side, within the time. */
    static boolean isClosedWithin(Closeable closeable, Duration limit) throws InterruptedException {
        CountDownLatch closed = new CountDownLatch(1);
        closeable.addCloseFutureListener(finished -> closed.countDown());
        return closed.await(limit.toNanos(), TimeUnit.NANOSECONDS);
    }

    /**
     * Throws the interrupt that ended a blocked read or write, as the exception it was. A wait that took too long has the
     * same parent, but nobody interrupted it.
     */
    static void throwIfInterrupt(IOException e) throws InterruptedException {
        if (e instanceof InterruptedIOException && !(e instanceof SocketTimeoutException)) {
            InterruptedException interrupt = new InterruptedException(e.getMessage());
            interrupt.initCause(e);
            throw interrupt;
        }
    }
}
