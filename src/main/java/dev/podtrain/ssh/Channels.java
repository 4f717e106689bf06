package dev.podtrain.ssh;

import java.io.IOException;
import org.apache.sshd.client.channel.AbstractClientChannel;
import org.apache.sshd.common.SshConstants;
import org.apache.sshd.common.channel.RemoteWindow;
import org.apache.sshd.common.util.buffer.Buffer;

/** Letting go of a command or a forwarded connection. */
final class Channels {
    private Channels() {}

    /**
     * Tells the host that nobody reads or writes any more, and waits for nothing. Without being told it would keep a
     * command and its place: an OpenSSH server grants ten at a time.
     */
    static void abandon(AbstractClientChannel channel) {
        if (canFlush(channel)) {
            channel.close(false);
            return;
        }
        // The library would first wait until the command reads what was written for it.
        if (channel.isOpen() && !channel.isClosing()) {
            sendClose(channel);
        }
        channel.close(true);
    }

    /** Handing on what has arrived. */
    interface Delivery {
        void run() throws IOException;
    }

    /**
     * Delivers what has arrived, or nothing if the channel is closed at this very moment: the library takes the pipe that
     * is closed by then for a failure of the whole connection, and ends every other channel with it.
     */
    static void unlessAbandoned(AbstractClientChannel channel, Delivery delivery) throws IOException {
        try {
            delivery.run();
        } catch (IOException e) {
            if (!channel.isClosing()) {
                throw e;
            }
        }
    }

    private static boolean canFlush(AbstractClientChannel channel) {
        RemoteWindow window = channel.getRemoteWindow();
        return !window.isOpen() || window.getSize() >= window.getPacketSize();
    }

    private static void sendClose(AbstractClientChannel channel) {
        try {
            Buffer close = channel.getSession().createBuffer(SshConstants.SSH_MSG_CHANNEL_CLOSE, Integer.BYTES);
            close.putUInt(channel.getRecipient());
            channel.writePacket(close);
        } catch (IOException e) {
            // The connection is gone, and the command's streams with it.
        }
    }
}
