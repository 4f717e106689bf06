package dev.podtrain.endtoend;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.podtrain.base.Problem;
import dev.podtrain.base.ProblemException;
import dev.podtrain.data.TransferReport;
import dev.podtrain.ledger.Records;
import dev.podtrain.ledger.RunStore;
import dev.podtrain.local.Fault;
import dev.podtrain.pod.Pod;
import dev.podtrain.run.CareOperations.Account;
import dev.podtrain.run.CareOperations.SweepRequest;
import dev.podtrain.run.FileOperations.CopyRequest;
import dev.podtrain.run.FileOperations.SyncListener;
import dev.podtrain.run.FileOperations.SyncRequest;
import dev.podtrain.run.FoundPod;
import dev.podtrain.run.SyncPlan;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Timeout;

/** Data onto the network volume over a pod, and what becomes of the pod. */
@Timeout(300)
class SyncDataIT {
    private final LaunchFixture fixture = new LaunchFixture();
    private final Syncs watcher = new Syncs();

    @BeforeEach
    void data() {
        fixture.write("clips/a.wav", "beep");
        fixture.write("clips/deep/b.wav", "boop");
    }

    @AfterEach
    void end() {
        fixture.close();
    }

    private SyncRequest request(boolean keepPod, String... paths) {
        return new SyncRequest(
                fixture.project(), List.of(paths), SyncPlan.Route.POD, false, false, keepPod, false, true);
    }

    private TransferReport sync(String... paths) throws InterruptedException {
        return fixture.files().syncData(request(false, paths), watcher).orElseThrow();
    }

    private Path onVolume(String path) {
        return fixture.local().volume("local").resolve(path);
    }

    @SideBySide
    void dataArrivesOverACpuPodThatIsEndedAfterwards() throws InterruptedException {
        TransferReport report = sync("clips");

        assertThat(report.files()).isEqualTo(2);
        assertThat(onVolume("data/clips/deep/b.wav")).hasContent("boop");
        assertThat(watcher.plans.get(0).rents()).isTrue();
        assertThat(watcher.ends).singleElement().asString().contains("was terminated");
        assertThat(fixture.allPods()).isEmpty();
    }

    @SideBySide
    void secondSyncSendsOnlyWhatChanged() throws InterruptedException {
        sync("clips");
        fixture.write("clips/c.wav", "new");

        TransferReport report = sync("clips");

        assertThat(report.files()).isEqualTo(1);
        assertThat(report.unchanged()).isEqualTo(2);
        assertThat(fixture.allPods()).isEmpty();
    }

    @SideBySide
    void nothingIsRentedForWhatIsNotThere() {
        assertThatThrownBy(() -> sync("clips", "missing")).isInstanceOfSatisfying(ProblemException.class, e -> {
            assertThat(e.problem().why()).isEqualTo("there is no such file or folder");
            assertThat(e.problem().left()).isEqualTo("nothing was rented");
        });

        assertThat(watcher.plans).isEmpty();
        assertThat(watcher.ends).isEmpty();
    }

    @SideBySide
    void podIsEndedAfterAFailure() throws Exception {
        Files.createDirectories(onVolume(""));
        Files.writeString(onVolume("data"), "a file where the folder should be");

        assertThatThrownBy(() -> sync("clips")).isInstanceOf(ProblemException.class);

        assertThat(watcher.ends).singleElement().asString().contains("was terminated");
        assertThat(fixture.allPods()).isEmpty();
    }

    @SideBySide
    void podIsEndedAfterCtrlC() throws InterruptedException {
        Syncs impatient = new Syncs() {
            @Override
            public boolean compared(Comparison comparison) {
                // On the thread that is interrupted then: from another one it might come after the last byte.
                Thread.currentThread().interrupt();
                return super.compared(comparison);
            }
        };

        assertThatThrownBy(() -> fixture.files().syncData(request(false, "clips"), impatient))
                .isInstanceOf(InterruptedException.class);

        assertThat(impatient.comparisons).hasSize(1);
        assertThat(fixture.allPods()).isEmpty();
    }

    @SideBySide
    void podWhoseAnswerWasLostIsFoundUsedAndEnded() throws InterruptedException {
        fixture.local().cloud().inject(Fault.next(Fault.Kind.LOST_ANSWER).on("create-pod"));

        assertThat(sync("clips").files()).isEqualTo(2);

        assertThat(fixture.allPods()).isEmpty();
    }

    @SideBySide
    void podThatIsKeptIsUsedByTheNextSyncWhichEndsIt() throws InterruptedException {
        fixture.files().syncData(request(true, "clips"), watcher);
        List<Pod> kept = fixture.allPods();

        sync("clips");

        assertThat(kept).hasSize(1);
        assertThat(watcher.plans.get(1).pod()).isEqualTo(kept.get(0).id().value());
        assertThat(fixture.allPods()).isEmpty();
    }

    @SideBySide
    void podThatIsKeptIsKnownToASweepWhichEndsIt() throws InterruptedException {
        fixture.files().syncData(request(true, "clips"), watcher);

        FoundPod found = sweep().get(0);
        fixture.care().end(new SweepRequest(account(), List.of(found.id()), true, false), new Watcher());

        assertThat(found.known()).isTrue();
        assertThat(fixture.allPods()).isEmpty();
        assertThat(records().maybeOpen()).isEmpty();
    }

    @SideBySide
    void podThatItsGuardHasEndedIsSettledByASweep() throws InterruptedException {
        fixture.files().syncData(request(true, "clips"), watcher);
        fixture.pods().terminate(fixture.allPods().get(0).id());
        assertThat(records().maybeOpen()).hasSize(1);

        assertThat(sweep()).isEmpty();

        assertThat(records().maybeOpen()).isEmpty();
    }

    @SideBySide
    void podThatEndsAfterThePlanIsNotReplacedUnasked() throws InterruptedException {
        fixture.files().syncData(request(true, "clips"), watcher);
        Pod kept = fixture.allPods().get(0);
        Syncs ending = new Syncs() {
            @Override
            public boolean planned(SyncPlan plan) {
                try {
                    return fixture.pods().terminate(kept.id());
                } catch (InterruptedException e) {
                    throw new AssertionError(e);
                }
            }
        };

        assertThatThrownBy(() -> fixture.files().syncData(request(false, "clips"), ending))
                .isInstanceOf(ProblemException.class)
                .hasMessageContaining("has ended meanwhile");
        assertThat(fixture.allPods()).isEmpty();
    }

    private List<FoundPod> sweep() throws InterruptedException {
        return fixture.care().pods(account(), new Watcher());
    }

    private Account account() {
        return new Account(fixture.project(), true);
    }

    private RunStore records() {
        return Records.in(fixture.home().resolve("state")).dataPods();
    }

    @SideBySide
    void runningPodOfARunIsUsedAndStays() throws InterruptedException {
        fixture.config(100_000, "0.1", 0);
        fixture.operations().launch(fixture.detached(), new Watcher());

        sync("clips");

        assertThat(onVolume("data/clips/a.wav")).hasContent("beep");
        assertThat(watcher.plans.get(0).rents()).isFalse();
        assertThat(fixture.allPods()).hasSize(1);
    }

    private SyncRequest overS3(boolean delete, String... paths) {
        return new SyncRequest(fixture.project(), List.of(paths), null, false, delete, false, false, true);
    }

    @SideBySide
    void whereThereIsS3NoPodIsNeeded() throws InterruptedException {
        fixture.write("clips/with # and ünï.wav", "odd");

        TransferReport first =
                fixture.files().syncData(overS3(false, "clips"), watcher).orElseThrow();
        TransferReport second =
                fixture.files().syncData(overS3(false, "clips"), watcher).orElseThrow();

        assertThat(watcher.plans.get(0).route()).isEqualTo(SyncPlan.Route.S3);
        assertThat(List.of(first.files(), second.files())).containsExactly(3, 0);
        assertThat(second.unchanged()).isEqualTo(3);
        assertThat(onVolume("data/clips/deep/b.wav")).hasContent("boop");
        assertThat(onVolume("data/clips/with # and ünï.wav")).hasContent("odd");
        assertThat(fixture.allPods()).isEmpty();
    }

    @SideBySide
    void extrasOnTheVolumeAreListedAndDeletedOverS3() throws InterruptedException {
        fixture.files().syncData(overS3(false, "clips"), watcher);
        fixture.delete("clips/deep/b.wav");

        TransferReport report =
                fixture.files().syncData(overS3(true, "clips"), watcher).orElseThrow();

        assertThat(watcher.comparisons.get(1).extras()).containsExactly("clips/deep/b.wav");
        assertThat(report.deleted()).isEqualTo(1);
        assertThat(onVolume("data/clips/deep/b.wav")).doesNotExist();
    }

    @SideBySide
    void whatS3RefusesIsNamedAndTheRestArrives() throws Exception {
        Files.createDirectories(onVolume("data/clips"));
        Files.createSymbolicLink(onVolume("data/clips/a.wav"), Path.of("made/over/a/pod"));

        TransferReport report =
                fixture.files().syncData(overS3(false, "clips"), watcher).orElseThrow();

        assertThat(report.omissions()).singleElement().satisfies(omission -> {
            assertThat(omission.path()).isEqualTo("clips/a.wav");
            assertThat(omission.reason()).contains("a directory or a link has this name");
        });
        assertThat(onVolume("data/clips/deep/b.wav")).hasContent("boop");
    }

    @SideBySide
    void keysThatAreWrongAreSaidAndNothingIsSent() {
        fixture.local().cloud().inject(Fault.always(Fault.Kind.S3_KEYS_REFUSED));

        assertThatThrownBy(() -> fixture.files().syncData(overS3(false, "clips"), watcher))
                .isInstanceOfSatisfying(ProblemException.class, e -> {
                    assertThat(e.problem().kind()).isEqualTo(Problem.Kind.NOT_AUTHENTICATED);
                    assertThat(e.problem().next()).contains("RUNPOD_S3_ACCESS_KEY and RUNPOD_S3_SECRET_KEY");
                });
        assertThat(onVolume("data/clips")).doesNotExist();
    }

    @SideBySide
    void largeFileGoesOverS3InParts() throws InterruptedException {
        fixture.write("large.bin", "0123456789".repeat(6_000_000));

        fixture.files().syncData(overS3(false, "large.bin"), watcher);

        assertThat(onVolume("data/large.bin")).hasSize(60_000_000);
    }

    @SideBySide
    void resultsComeHomeOverS3WhenNoPodRuns() throws InterruptedException {
        fixture.launch(new Watcher());
        fixture.write("local/note.txt", "for the next run");
        CopyRequest pull = new CopyRequest(fixture.run(), List.of("out"), "results", false);

        TransferReport first = fixture.files().pull(pull, watcher).orElseThrow();
        TransferReport second = fixture.files().pull(pull, watcher).orElseThrow();
        fixture.files().push(new CopyRequest(fixture.run(), List.of("local/note.txt"), "notes", false), watcher);

        assertThat(first.files()).isEqualTo(3);
        assertThat(second.unchanged()).isEqualTo(3);
        assertThat(fixture.project().resolve("results/out/checkpoint-2/trainer_state.json"))
                .hasContent("{\"global_step\": 2}");
        assertThat(fixture.remote("notes/note.txt")).hasContent("for the next run");
    }

    @SideBySide
    void declinedPlanRentsNothing() throws InterruptedException {
        Syncs declining = new Syncs() {
            @Override
            public boolean planned(SyncPlan plan) {
                return false;
            }
        };

        Optional<TransferReport> report = fixture.files().syncData(request(false, "clips"), declining);

        assertThat(report).isEmpty();
        assertThat(fixture.allPods()).isEmpty();
    }

    /** Agrees to everything, and remembers it. */
    private static class Syncs extends Copies implements SyncListener {
        final List<SyncPlan> plans = new CopyOnWriteArrayList<>();
        final List<String> ends = new CopyOnWriteArrayList<>();

        @Override
        public boolean planned(SyncPlan plan) {
            plans.add(plan);
            return true;
        }

        @Override
        public void podEnded(String what) {
            ends.add(what);
        }
    }
}
