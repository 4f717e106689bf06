package dev.podtrain.s3;

import dev.podtrain.s3.S3Volume.Source;
import java.io.EOFException;
import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.util.function.LongConsumer;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.core.sync.RequestBody;
import software.amazon.awssdk.http.ContentStreamProvider;

/**
 * A part of a source, read as often as it takes: once per try, and without TLS once more before each, because the
 * request is then signed with the hash of its body. Each byte is told of once, however often it is read.
 */
final class Content implements AutoCloseable {
    private static final String MEDIA_TYPE = "application/octet-stream";

    private final Source source;
    private final long offset;
    private final long length;
    private final LongConsumer bytesSent;
    private long told;
    private @Nullable InputStream open;

    Content(Source source, long offset, long length, LongConsumer bytesSent) {
        this.source = source;
        this.offset = offset;
        this.length = length;
        this.bytesSent = bytesSent;
    }

    RequestBody body() {
        return RequestBody.fromContentProvider(
                new ContentStreamProvider() {
                    @Override
                    public InputStream newStream() {
                        return read();
                    }
                },
                length,
                MEDIA_TYPE);
    }

    /** From the beginning, to be sent; the stream before it is closed. */
    private InputStream read() {
        return read(true);
    }

    /** From the beginning, only to look at it. */
    InputStream readUntold() {
        return read(false);
    }

    private InputStream read(boolean telling) {
        close();
        InputStream in;
        try {
            in = new Reading(source.open(offset, length), telling);
        } catch (IOException failure) {
            throw new CallerIoException(failure);
        }
        open = in;
        return in;
    }

    /** Tells of everything that was not told yet, for a part that need not be sent. */
    void tellAll() {
        tell(length);
    }

    private void tell(long position) {
        if (position > told) {
            bytesSent.accept(position - told);
            told = position;
        }
    }

    @Override
    public void close() {
        InputStream before = open;
        open = null;
        if (before != null) {
            try {
                before.close();
            } catch (IOException failure) {
                throw new CallerIoException(failure);
            }
        }
    }

    /** Ends after the length, and fails if the source ends before. */
    private final class Reading extends FilterInputStream {
        private final boolean telling;
        private long position;

        private Reading(InputStream in, boolean telling) {
            super(in);
            this.telling = telling;
        }

        @Override
        public int read() {
            byte[] one = new byte[1];
            return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
        }

        @Override
        public int read(byte[] buffer, int from, int count) {
            if (position == length) {
                return -1;
            }
            int got;
            try {
                got = in.read(buffer, from, (int) Math.min(count, length - position));
            } catch (IOException failure) {
                throw new CallerIoException(failure);
            }
            if (got < 0) {
                throw new CallerIoException(
                        new EOFException("it ended at byte " + (offset + position) + " of " + (offset + length)));
            }
            position += got;
            if (telling) {
                tell(position);
            }
            return got;
        }

        @Override
        public long skip(long count) {
            return 0;
        }

        @Override
        public int available() {
            return 0;
        }

        @Override
        public boolean markSupported() {
            return false;
        }
    }
}
