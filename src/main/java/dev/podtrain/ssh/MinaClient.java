package dev.podtrain.ssh;

import static dev.podtrain.ssh.SshException.Kind.AUTH_REJECTED;
import static dev.podtrain.ssh.SshException.Kind.BANNER;
import static dev.podtrain.ssh.SshException.Kind.HOST_KEY_MISMATCH;
import static dev.podtrain.ssh.SshException.Kind.LOST;
import static dev.podtrain.ssh.SshException.Kind.REFUSED;
import static dev.podtrain.ssh.SshException.Kind.TIMED_OUT;
import static dev.podtrain.ssh.SshException.Kind.UNREACHABLE;

import dev.podtrain.base.Deadline;
import dev.podtrain.base.Time;
import java.io.IOException;
import java.net.ConnectException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.UnknownHostException;
import java.security.KeyPair;
import java.time.Duration;
import java.util.List;
import org.apache.sshd.client.ClientBuilder;
import org.apache.sshd.client.auth.pubkey.UserAuthPublicKeyFactory;
import org.apache.sshd.client.config.hosts.HostConfigEntryResolver;
import org.apache.sshd.client.future.AuthFuture;
import org.apache.sshd.client.future.ConnectFuture;
import org.apache.sshd.client.session.ClientSession;
import org.apache.sshd.common.AttributeRepository;
import org.apache.sshd.common.NamedFactory;
import org.apache.sshd.common.SshConstants;
import org.apache.sshd.common.cipher.BuiltinCiphers;
import org.apache.sshd.common.kex.BuiltinDHFactories;
import org.apache.sshd.common.keyprovider.KeyIdentityProvider;
import org.apache.sshd.core.CoreModuleProperties;
import org.jspecify.annotations.Nullable;

/**
 * Apache MINA SSHD as the client. Close it before the JVM exits: a thread left waiting for network events delays the
 * exit by up to 300 ms.
 */
public final class MinaClient implements SshClient {
    /** One try, so that a host which swallows packets does not eat the whole time given for a boot. */
    private static final Duration ATTEMPT_LIMIT = Duration.ofSeconds(15);

    /** With two unanswered, a silent connection is noticed after 4.5 s at the earliest and 6 s at the latest. */
    private static final Duration HEARTBEAT = Duration.ofMillis(1500);

    private static final int UNANSWERED_HEARTBEATS = 2;

    private final Time time;
    private final Thread warmUp = new Thread(this::load, "ssh-warm-up");
    private org.apache.sshd.client.@Nullable SshClient library;
    private boolean closed;

    public MinaClient(Time time) {
        this.time = time;
        warmUp.setDaemon(true);
    }

    @Override
    public synchronized void warmUp() {
        if (library == null && !closed && warmUp.getState() == Thread.State.NEW) {
            warmUp.start();
        }
    }

    @Override
    public SshSession connect(SshTarget target, Deadline deadline) throws InterruptedException, SshException {
        KeyPair key = SshKeys.load(target.privateKey());
        org.apache.sshd.client.SshClient started = start();
        Deadline attempt = Deadline.in(time, shorter(ATTEMPT_LIMIT, deadline.remaining()));
        HostKeyCheck check = new HostKeyCheck(target);
        ClientSession session = openConnection(started, target, check, attempt, deadline);
        boolean usable = false;
        try {
            session.addPublicKeyIdentity(key);
            logIn(session, target, check, attempt, deadline);
            usable = true;
            return new MinaSession(session, target, check, time);
        } finally {
            if (!usable) {
                session.close(true);
            }
        }
    }

    private ClientSession openConnection(
            org.apache.sshd.client.SshClient started,
            SshTarget target,
            HostKeyCheck check,
            Deadline attempt,
            Deadline deadline)
            throws InterruptedException, SshException {
        ConnectFuture future;
        try {
            InetSocketAddress address = new InetSocketAddress(InetAddress.getByName(target.host()), target.port());
            AttributeRepository context = AttributeRepository.ofKeyValuePair(HostKeyCheck.ATTRIBUTE, check);
            future = started.connect(target.user(), address, context, null);
        } catch (UnknownHostException e) {
            throw new SshException(UNREACHABLE, "no address found for " + target.host(), e);
        } catch (IOException e) {
            throw new SshException(UNREACHABLE, "could not reach " + target.address(), e);
        }
        boolean answered = false;
        try {
            answered = Futures.isDoneWithin(future, attempt.remaining());
        } finally {
            if (!answered) {
                // A connection that comes up after nobody wants it any more must not stay open.
                future.addListener(late -> closeIfConnected(late));
                future.cancel();
            }
        }
        if (!answered) {
            throw overdue(UNREACHABLE, "no answer from " + target.address(), attempt, deadline);
        }
        if (!future.isConnected()) {
            Throwable reason = future.getException();
            throw isRefusal(reason)
                    ? new SshException(REFUSED, target.address() + " refused the connection", reason)
                    : new SshException(UNREACHABLE, "could not reach " + target.address(), reason);
        }
        return future.getSession();
    }

    /** The library hands the operating system's answer on inside one of its own exceptions. */
    private static boolean isRefusal(@Nullable Throwable reason) {
        for (Throwable cause = reason; cause != null; cause = cause.getCause()) {
            if (cause instanceof ConnectException) {
                return true;
            }
        }
        return false;
    }

    private static void closeIfConnected(ConnectFuture future) {
        if (future.isConnected()) {
            future.getSession().close(true);
        }
    }

    private static void logIn(
            ClientSession session, SshTarget target, HostKeyCheck check, Deadline attempt, Deadline deadline)
            throws InterruptedException, SshException {
        AuthFuture future;
        try {
            future = session.auth();
        } catch (IOException e) {
            throw loginFailure(session, target, check, e);
        }
        if (!Futures.isDoneWithin(future, attempt.remaining())) {
            throw overdue(hasGreeted(session) ? LOST : BANNER, "no login at " + target.address(), attempt, deadline);
        }
        if (!future.isSuccess()) {
            throw loginFailure(session, target, check, future.getException());
        }
    }

    private static SshException loginFailure(
            ClientSession session, SshTarget target, HostKeyCheck check, @Nullable Throwable reason) {
        if (check.hasFailed()) {
            return new SshException(
                    HOST_KEY_MISMATCH,
                    target.address() + " shows the host key " + check.seen() + ", expected "
                            + String.join(" or ", target.fingerprints()),
                    reason);
        }
        if (!hasGreeted(session)) {
            return new SshException(BANNER, target.address() + " hung up before the SSH handshake", reason);
        }
        if (reason instanceof org.apache.sshd.common.SshException answer
                && answer.getDisconnectCode() == SshConstants.SSH2_DISCONNECT_NO_MORE_AUTH_METHODS_AVAILABLE) {
            return new SshException(
                    AUTH_REJECTED, target.address() + " does not accept the key " + target.privateKey(), reason);
        }
        return new SshException(LOST, "the connection to " + target.address() + " broke during the login", reason);
    }

    private static boolean hasGreeted(ClientSession session) {
        return session.getServerVersion() != null;
    }

    /** The caller's deadline passed, or only the limit of this try, in which case trying again may help. */
    private static SshException overdue(SshException.Kind kind, String what, Deadline attempt, Deadline deadline) {
        return deadline.hasPassed()
                ? new SshException(
                        TIMED_OUT, what + " within " + deadline.limit().toMillis() + " ms")
                : new SshException(kind, what + " within " + attempt.limit().toMillis() + " ms");
    }

    private static Duration shorter(Duration one, Duration other) {
        return one.compareTo(other) < 0 ? one : other;
    }

    private void load() {
        synchronized (this) {
            if (closed) {
                return;
            }
            start();
        }
        WarmUp.loadCryptography();
    }

    private synchronized org.apache.sshd.client.SshClient start() {
        if (closed) {
            throw new IllegalStateException("the SSH client is closed");
        }
        org.apache.sshd.client.SshClient started = library;
        if (started == null) {
            started = build();
            started.start();
            library = started;
        }
        return started;
    }

    private static org.apache.sshd.client.SshClient build() {
        org.apache.sshd.client.SshClient client = ClientBuilder.builder()
                .serverKeyVerifier(HostKeyCheck.verifier())
                .hostConfigEntryResolver(HostConfigEntryResolver.EMPTY)
                .build(true);
        client.setKeyIdentityProvider(KeyIdentityProvider.EMPTY_KEYS_PROVIDER);
        client.setAgentFactory(null);
        client.setUserAuthFactories(List.of(UserAuthPublicKeyFactory.INSTANCE));
        // curve25519 is 100 ms cheaper than nistp256 in a cold JVM, and AES-GCM is what CPUs have instructions for.
        client.setKeyExchangeFactories(NamedFactory.setUpTransformedFactories(
                true,
                List.of(
                        BuiltinDHFactories.curve25519,
                        BuiltinDHFactories.curve25519_libssh,
                        BuiltinDHFactories.ecdhp256,
                        BuiltinDHFactories.dhg16_512,
                        BuiltinDHFactories.dhg14_256),
                ClientBuilder.DH2KEX));
        client.setCipherFactories(List.of(
                BuiltinCiphers.aes128gcm,
                BuiltinCiphers.aes256gcm,
                BuiltinCiphers.cc20p1305_openssh,
                BuiltinCiphers.aes128ctr,
                BuiltinCiphers.aes256ctr));
        // Without it every small exchange waits 40 ms for the other side's delayed acknowledgement.
        CoreModuleProperties.TCP_NODELAY.set(client, true);
        CoreModuleProperties.HEARTBEAT_INTERVAL.set(client, HEARTBEAT);
        CoreModuleProperties.HEARTBEAT_NO_REPLY_MAX.set(client, UNANSWERED_HEARTBEATS);
        // A quiet connection is not a dead one: the heartbeat tells them apart.
        CoreModuleProperties.IDLE_TIMEOUT.set(client, Duration.ZERO);
        CoreModuleProperties.NIO2_READ_TIMEOUT.set(client, Duration.ZERO);
        return client;
    }

    /** Closes every session and ends the library's threads. */
    @Override
    public synchronized void close() {
        closed = true;
        if (library != null) {
            library.stop();
            library = null;
        }
    }
}
