package dev.podtrain.transfer;

import dev.podtrain.base.Deadline;
import dev.podtrain.base.Problem;
import dev.podtrain.base.ProblemException;
import dev.podtrain.base.Secret;
import dev.podtrain.ssh.RemoteResult;
import dev.podtrain.ssh.SshException;
import dev.podtrain.ssh.SshSession;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Brings code to the host by letting it fetch a commit, for those who want nothing but commits to run. */
public final class GitCheckout {
    private static final int NO_SUCH_COMMIT = 3;
    private static final int NO_GIT = 127;
    private static final int PATHS_SHOWN = 5;

    /** {@code git@host:path} or {@code ssh://git@host:port/path}. */
    private static final Pattern SSH_ADDRESS =
            Pattern.compile("(?:ssh://(?:[^@/]+@)?([^:/]+)(?::\\d+)?/|[^@/:]+@([^:/]+):/?)(.+)");

    private static final Pattern LOGIN_IN_ADDRESS = Pattern.compile("^(https?://)[^/@]*@");

    /** Where a token may be sent: nobody reads along, be it for encryption or because it stays on the machine. */
    private static final Pattern PRIVATE_SITE =
            Pattern.compile("(https://[^/]+|http://(?:localhost|127\\.0\\.0\\.1)(?::\\d+)?)/.*");

    /**
     * The commit of the work tree and the remote that has it, if that commit is all there is: nothing changed or new
     * beside it.
     *
     * @throws ProblemException of kind {@code USAGE} otherwise
     */
    public GitHead localHead(Path projectDir) throws InterruptedException {
        if (!ask(projectDir, "rev-parse", "--show-prefix").isEmpty()) {
            throw refusal(
                    projectDir + " is a folder inside its repository",
                    "name the repository's own folder with -C, or leave CODE_SYNC out");
        }
        String commit = ask(projectDir, "rev-parse", "--verify", "HEAD");
        refuseUncommitted(projectDir);
        String remote = remoteWith(projectDir, commit);
        return new GitHead(fetchable(ask(projectDir, "remote", "get-url", remote)), commit);
    }

    /** What is checked out there, changed files or not; empty without git or without a commit. */
    public static Optional<String> commitOf(Path projectDir) throws InterruptedException {
        return GitCommand.run(projectDir, List.of("rev-parse", "--verify", "--quiet", "HEAD"))
                .filter(GitCommand.Output::succeeded)
                .map(output -> output.text().strip());
    }

    private static void refuseUncommitted(Path projectDir) throws InterruptedException {
        List<String> changes = ask(projectDir, "status", "--porcelain", "--untracked-files=all", "--no-renames")
                .lines()
                .toList();
        if (!changes.isEmpty()) {
            List<String> shown = changes.subList(0, Math.min(PATHS_SHOWN, changes.size()));
            String rest = changes.size() > shown.size() ? " and " + (changes.size() - shown.size()) + " more" : "";
            throw refusal(
                    "not committed: " + String.join(", ", shown) + rest,
                    "commit and push, or leave CODE_SYNC out to send the files as they are");
        }
    }

    private static String remoteWith(Path projectDir, String commit) throws InterruptedException {
        List<String> branches = ask(
                        projectDir,
                        "for-each-ref",
                        "--format=%(refname:lstrip=2)",
                        "--contains",
                        commit,
                        "refs/remotes")
                .lines()
                .toList();
        List<String> remotes = ask(projectDir, "remote").lines().toList();
        return remotes.stream()
                .filter(remote -> branches.stream().anyMatch(branch -> branch.startsWith(remote + "/")))
                .findFirst()
                .orElseThrow(() -> refusal("no remote has commit " + commit.substring(0, 12), "run: git push"));
    }

    /** The address as a host without the user's SSH keys can use it, and without a password that may be in it. */
    static String fetchable(String url) {
        Matcher ssh = SSH_ADDRESS.matcher(url);
        if (ssh.matches()) {
            String host = ssh.group(1) == null ? ssh.group(2) : ssh.group(1);
            return "https://" + host + "/" + ssh.group(3);
        }
        return LOGIN_IN_ADDRESS.matcher(url).replaceFirst("$1");
    }

    private static String ask(Path projectDir, String... question) throws InterruptedException {
        GitCommand.Output answer = GitCommand.run(projectDir, List.of(question))
                .orElseThrow(() -> refusal("there is no git program", "install git, or leave CODE_SYNC out"));
        if (!answer.succeeded()) {
            throw refusal("git says: " + answer.errors().strip(), "make it a repository, or leave CODE_SYNC out");
        }
        return answer.text().stripTrailing();
    }

    private static ProblemException refusal(String why, String next) {
        return new ProblemException(Problem.usage("cannot run the project from git (CODE_SYNC=git)", why, next));
    }

    /**
     * Makes the folder on the host a checkout of the commit; submodules too. Files that git does not track stay.
     *
     * @param token for repositories that are not public; reaches the host's git through a file in memory that is gone
     *     afterwards, and is sent to the address's own site only
     */
    public void sync(
            SshSession session, String url, String commit, String remoteDir, Optional<Secret> token, Deadline deadline)
            throws InterruptedException, SshException {
        String address = fetchable(url);
        Matcher site = PRIVATE_SITE.matcher(address);
        boolean usesToken = token.isPresent() && site.matches();
        byte[] input = usesToken ? token.get().reveal().getBytes(StandardCharsets.UTF_8) : new byte[0];
        String script = new String(Resources.bytes("git_checkout.sh"), StandardCharsets.UTF_8);
        RemoteResult result = session.exec(
                List.of(
                        "sh",
                        "-c",
                        script,
                        "git_checkout",
                        remoteDir,
                        address,
                        commit,
                        usesToken ? site.group(1) : "https://none.invalid"),
                input,
                deadline);
        if (!result.succeeded()) {
            throw failure(result, address, commit, remoteDir, usesToken);
        }
    }

    private static ProblemException failure(
            RemoteResult result, String address, String commit, String remoteDir, boolean usedToken) {
        String what = "could not check out " + commit + " in " + remoteDir + " on the pod";
        String left = "the code on the pod may be as it was before";
        return new ProblemException(
                switch (result.exitStatus()) {
                    case NO_SUCH_COMMIT ->
                        new Problem(Problem.Kind.FAILED, what, address + " does not have it", "run: git push", left);
                    case NO_GIT ->
                        new Problem(
                                Problem.Kind.FAILED,
                                what,
                                "there is no git on the pod",
                                "use an image with git, or leave CODE_SYNC out",
                                left);
                    default ->
                        new Problem(
                                Problem.Kind.FAILED,
                                what,
                                "git says: " + result.stderr().strip(),
                                usedToken
                                        ? "check that GITHUB_TOKEN may read " + address
                                        : "set GITHUB_TOKEN if " + address + " is not public",
                                left);
                });
    }
}
