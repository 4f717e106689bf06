package dev.podtrain.ssh;

import java.io.IOException;
import java.util.Map;
import org.apache.sshd.client.channel.ChannelExec;
import org.apache.sshd.client.session.ClientSession;
import org.apache.sshd.common.session.ConnectionService;

/** A command's channel that can be let go of while output arrives. */
final class ExecChannel extends ChannelExec {
    private ExecChannel(String command) {
        super(command, null, Map.of());
    }

    /** As {@link ClientSession#createExecChannel(String)}. */
    static ExecChannel of(ClientSession session, String command) throws IOException {
        ExecChannel channel = new ExecChannel(command);
        session.getService(ConnectionService.class).registerChannel(channel);
        return channel;
    }

    @Override
    protected void doWriteData(byte[] data, int offset, long length) throws IOException {
        Channels.unlessAbandoned(this, () -> super.doWriteData(data, offset, length));
    }

    @Override
    protected void doWriteExtendedData(byte[] data, int offset, long length) throws IOException {
        Channels.unlessAbandoned(this, () -> super.doWriteExtendedData(data, offset, length));
    }
}
