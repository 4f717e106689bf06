package dev.podtrain.ssh;

import java.io.IOException;
import java.io.InputStream;
import java.nio.channels.WritableByteChannel;

/** A script that is running on the host, over whichever connection carries its bytes. Writing and reading block. */
public interface DataPipe extends AutoCloseable {
    /** Goes to the script; flush what it shall see. What a file's channel transfers to it takes the shortest way there is. */
    WritableByteChannel toHost();

    void flush() throws IOException;

    InputStream fromHost();

    /**
     * What a failed read or write means, an unexpected end of the stream included.
     *
     * @return with what the connection or the script said last
     */
    SshException failure(IOException e) throws InterruptedException;

    /** Ends the connection or this part of it, and with it blocked reads and writes; from any thread, more than once. */
    @Override
    void close();
}
