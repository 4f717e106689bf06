package dev.podtrain.tunnel;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;

/** Says to everyone what they say, or always the same. */
final class EchoServer implements AutoCloseable {
    private interface Answer {
        void give(InputStream in, OutputStream out) throws IOException;
    }

    private final ServerSocket server = new ServerSocket(0, 100, InetAddress.getLoopbackAddress());
    private final Answer answer;

    EchoServer() throws IOException {
        this(InputStream::transferTo);
    }

    private EchoServer(Answer answer) throws IOException {
        this.answer = answer;
        Threads.daemon("echo", this::acceptAll);
    }

    /** One that hears one byte, says this and hangs up. */
    static EchoServer thatSays(String text) throws IOException {
        return new EchoServer((in, out) -> {
            in.read();
            out.write(text.getBytes(StandardCharsets.UTF_8));
        });
    }

    int port() {
        return server.getLocalPort();
    }

    private void acceptAll() {
        try {
            while (true) {
                Socket client = server.accept();
                Threads.daemon("echo", () -> serve(client));
            }
        } catch (IOException closed) {
            return;
        }
    }

    private void serve(Socket client) {
        try (client) {
            answer.give(client.getInputStream(), client.getOutputStream());
        } catch (IOException hungUp) {
            return;
        }
    }

    @Override
    public void close() throws IOException {
        server.close();
    }
}
