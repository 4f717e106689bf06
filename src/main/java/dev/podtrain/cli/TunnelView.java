package dev.podtrain.cli;

import dev.podtrain.base.Progress;
import dev.podtrain.ledger.RunId;
import dev.podtrain.run.TunnelOperations.OpenPort;
import dev.podtrain.run.TunnelOperations.TunnelListener;
import org.jspecify.annotations.Nullable;

/**
 * Shows a port that was opened. The answer is its address; with JSON it is a stream of an {@code open} event, one more for
 * each further pod, and an {@code end} or {@code interrupted}.
 */
final class TunnelView implements TunnelListener {
    private final Session session;
    private final Screen screen;
    private final Progress progress;
    private final boolean openBrowser;
    private final Consent consent;
    private @Nullable OpenPort shown;

    /** What is watched; it lasts as long as the port is open. */
    interface Showing {
        void run(TunnelListener listener) throws InterruptedException;
    }

    private TunnelView(Session session, boolean openBrowser, boolean yes) {
        this.session = session;
        this.screen = session.screen();
        this.progress = session.progress();
        this.openBrowser = openBrowser;
        this.consent = new Consent(session.terminal(), screen, yes);
    }

    /** @param yes the answer to every question */
    static ExitCode show(Session session, boolean openBrowser, boolean yes, Showing showing)
            throws InterruptedException {
        TunnelView view = new TunnelView(session, openBrowser, yes);
        session.terminal().interruptOnCtrlC();
        try {
            showing.run(view);
        } catch (InterruptedException e) {
            return view.interrupted();
        }
        return view.ended();
    }

    @Override
    public void report(String message) {
        progress.report(message);
    }

    @Override
    public void warn(String message) {
        progress.warn(message);
    }

    @Override
    public void opened(OpenPort port) {
        boolean first = shown == null;
        shown = port;
        if (session.json()) {
            screen.answer(event(port));
        } else {
            if (port.localPort() != port.wantedPort()) {
                screen.say("port " + port.wantedPort() + " of this machine is taken: using " + port.localPort());
            }
            screen.answer(url(port));
            screen.say(account(port));
        }
        if (openBrowser && first && !Browser.open(url(port), session.terminal())) {
            screen.warn("no browser could be started: open " + url(port) + " yourself");
        }
    }

    @Override
    public boolean readsEventFiles(String run, int files, long bytes) {
        return consent.to(
                "run " + run + " has no pod. Read its event files (" + files + ", " + Quantities.bytes(bytes)
                        + ") over S3, for free, and show them here?",
                "read the event files of run " + run + ", which has no pod, over S3");
    }

    private static String url(OpenPort port) {
        return "http://localhost:" + port.localPort() + "/";
    }

    private static Json event(OpenPort port) {
        OpenPort.@Nullable OnPod onPod = port instanceof OpenPort.OnPod there ? there : null;
        return Json.event("open")
                .field("url", url(port))
                .field("local_port", port.localPort())
                .field("remote_port", onPod == null ? null : Integer.valueOf(onPod.remotePort()))
                .field("run", onPod == null ? null : onPod.run())
                .field("pod", onPod == null ? null : onPod.podId())
                .field("local", onPod == null || onPod.local())
                .money("hourly_price_usd", onPod == null ? null : onPod.hourlyPriceUsd());
    }

    /** Where it leads, what that costs, and how it ends. */
    private static String account(OpenPort port) {
        if (!(port instanceof OpenPort.OnPod onPod)) {
            return "served by this machine; Ctrl+C ends it";
        }
        String billed = onPod.local()
                ? " of the local cloud, for free"
                : ", which is billed " + Amounts.hourly(onPod.hourlyPriceUsd()) + " as long as it runs";
        return "leads to port " + onPod.remotePort() + " of pod " + onPod.podId() + billed
                + "\nCtrl+C closes the tunnel; the training goes on";
    }

    private ExitCode interrupted() {
        if (session.json()) {
            screen.answer(Json.event("interrupted").field("exit_code", ExitCode.INTERRUPTED.code()));
        } else if (shown instanceof OpenPort.OnPod onPod) {
            screen.say("the tunnel is closed");
            screen.say(GoesOn.text(new RunId(onPod.run()), onPod.podId(), onPod.hourlyPriceUsd(), onPod.local()));
        } else {
            screen.say("closed; nothing else was changed");
        }
        return ExitCode.INTERRUPTED;
    }

    private ExitCode ended() {
        if (session.json()) {
            screen.answer(Json.event("end").field("exit_code", ExitCode.DONE.code()));
        } else if (shown instanceof OpenPort.OnPod onPod) {
            screen.say("pod " + onPod.podId() + " has ended, and the tunnel with it\n"
                    + new Block().line("outcome", CommandLines.status(new RunId(onPod.run()))));
        } else {
            screen.say("TensorBoard has ended");
        }
        return ExitCode.DONE;
    }
}
