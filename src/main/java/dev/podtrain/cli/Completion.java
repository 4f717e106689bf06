package dev.podtrain.cli;

import java.util.Locale;

/** The shells for which there is a completion script. */
enum Completion {
    BASH {
        @Override
        String script() {
            return BashCompletion.script(CompletionModel.ofProgram());
        }
    },
    ZSH {
        @Override
        String script() {
            return ZshCompletion.script(CompletionModel.ofProgram());
        }
    },
    FISH {
        @Override
        String script() {
            return FishCompletion.script(CompletionModel.ofProgram());
        }
    };

    String word() {
        return name().toLowerCase(Locale.ROOT);
    }

    /** To be read by the shell; without a line end behind the last line. */
    abstract String script();
}
