package dev.podtrain.cli;

import dev.podtrain.run.TunnelOperations;
import dev.podtrain.run.TunnelOperations.TunnelRequest;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.PositionalParamSpec;
import picocli.CommandLine.ParseResult;
import picocli.CommandLine.TypeConversionException;

/** Opens a port of this machine that leads to one of the run's pod, until Ctrl+C or the pod's end. */
final class TunnelVerb implements Verb {
    private static final Pattern PORTS = Pattern.compile("([0-9]{1,5})(?::([0-9]{1,5}))?");
    private static final int LAST_PORT = 65_535;

    /** What was typed; both from 1 to 65535. */
    record Ports(int remote, int local) {}

    @Override
    public CommandSpec spec() {
        CommandSpec spec = Options.verb(
                "pod-train tunnel",
                "%nReach a port of a run's pod from this machine, and from this machine only. The tunnel mends itself"
                        + " when the connection drops, and ends with the pod. Ctrl+C closes the tunnel; the training"
                        + " goes on.");
        spec.addPositional(PositionalParamSpec.builder()
                .paramLabel("REMOTE_PORT[:LOCAL_PORT]")
                .index("0")
                .arity("1")
                .required(true)
                .type(Ports.class)
                .converters(TunnelVerb::ports)
                .description("The pod's port, and this machine's: the same one if it is left out, the next free one if"
                        + " it is taken.")
                .build());
        spec.addOption(Options.runOption());
        return Options.complete(spec, "pod-train tunnel 8888", "pod-train tunnel 8888:9000 --run digits-3f9a1c");
    }

    private static Ports ports(String text) {
        Matcher ports = PORTS.matcher(text);
        if (!ports.matches()) {
            throw new TypeConversionException("'" + text + "' is not a port such as 8888, or two such as 8888:9000");
        }
        int remote = port(ports.group(1));
        return new Ports(remote, ports.group(2) == null ? remote : port(ports.group(2)));
    }

    private static int port(String digits) {
        int port = Integer.parseInt(digits);
        if (port < 1 || port > LAST_PORT) {
            throw new TypeConversionException("'" + digits + "' is not a port: they go from 1 to " + LAST_PORT);
        }
        return port;
    }

    @Override
    public ExitCode run(ParseResult given, Session session) throws InterruptedException {
        Ports ports = given.matchedPositionalValue(0, new Ports(1, 1));
        TunnelRequest request =
                new TunnelRequest(Options.selectorByOption(given, session), ports.remote(), ports.local());
        TunnelOperations tunnels = session.tunnels().get();
        return TunnelView.show(session, false, false, view -> tunnels.tunnel(request, view));
    }
}
