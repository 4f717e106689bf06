#!/usr/bin/env python3
"""Trains a small neural network on handwritten digits, with checkpoints, in standard-library Python.

    python scripts/train.py --config configs/digits.yaml [--resume_from_checkpoint outputs/digits/checkpoint-200]

A resumed run ends with exactly the weights of an uninterrupted one. On SIGTERM the run saves a checkpoint and exits
with 143. Other exit codes: 0 trained, 1 failed, 2 bad arguments or configuration. Where the package `tensorboard` is
installed, loss, learning rate and accuracy also go to event files in `<output_dir>/runs`.
"""

import argparse
import gzip
import json
import math
import os
import random
import shutil
import signal
import sys
import time
from operator import mul

DEFAULTS = {
    "path": "data/digits.csv.gz",
    "held_out": 0.2,
    "hidden_size": 64,
    "output_dir": "outputs/digits",
    "seed": 17,
    "epochs": 40,
    "max_steps": 0,  # above 0: ends the run earlier than `epochs` would
    "batch_size": 32,
    "learning_rate": 0.1,
    "momentum": 0.9,
    "logging_steps": 25,
    "save_steps": 200,
    "step_pause": 0.0,  # seconds to wait after each step: makes a short run last, to rehearse an interruption
}

# A checkpoint made with other values of these is no earlier state of the same run.
FIXED_FOR_A_RUN = ("path", "held_out", "hidden_size", "seed", "batch_size")

PIXELS = 64
DIGITS = 10


class UserError(Exception):
    """Something the user can put right: shown without a stack trace."""


# --- configuration ---------------------------------------------------------------------------------------------------


def read_config(path):
    """Reads `key: value` lines, at top level or indented under a section, which is all of YAML that is needed here."""
    config = dict(DEFAULTS)
    try:
        with open(path, encoding="utf-8") as file:
            lines = file.read().splitlines()
    except (OSError, UnicodeDecodeError) as error:
        raise UserError(f"cannot read the configuration {path}: {error}") from error
    for number, line in enumerate(lines, start=1):
        text = line.split(" #")[0].strip()
        if not text or text.startswith("#"):
            continue
        key, colon, value = text.partition(":")
        if not colon:
            raise UserError(f"{path}:{number}: expected 'key: value', found '{text}'")
        if not value:
            continue  # the heading of a section
        if key not in DEFAULTS:
            raise UserError(f"{path}:{number}: unknown key '{key}'; known are {', '.join(DEFAULTS)}")
        try:
            config[key] = type(DEFAULTS[key])(value.strip().strip("'\""))
        except ValueError as error:
            raise UserError(f"{path}:{number}: {key}: {error}") from error
    for key in ("hidden_size", "epochs", "batch_size", "logging_steps", "save_steps"):
        if config[key] < 1:
            raise UserError(f"{path}: {key} must be at least 1, is {config[key]}")
    if not 0 < config["held_out"] < 1:
        raise UserError(f"{path}: held_out must lie between 0 and 1, is {config['held_out']}")
    return config


def read_images(path):
    """All (pixels from 0 to 1, digit) pairs of the data set."""
    try:
        with gzip.open(path, "rt", encoding="ascii") as file:
            rows = [[int(number) for number in line.split(",")] for line in file]
    except OSError as error:
        raise UserError(f"cannot read the data set: {error}") from error
    return [([pixel / 16.0 for pixel in row[:PIXELS]], row[PIXELS]) for row in rows]


# --- network ---------------------------------------------------------------------------------------------------------


class Network:
    """64 pixels, one hidden layer of rectified linear units, 10 digits. Weights are lists of rows, one row a unit."""

    def __init__(self, hidden_size, rng):
        self.weights = {
            "hidden": random_rows(hidden_size, PIXELS, rng),
            "hidden_bias": [[0.0] * hidden_size],
            "output": random_rows(DIGITS, hidden_size, rng),
            "output_bias": [[0.0] * DIGITS],
        }

    def activations(self, pixels):
        """The hidden units' activations and the probability of each digit."""
        weights = self.weights
        hidden = [
            max(0.0, bias + sum(map(mul, row, pixels)))
            for row, bias in zip(weights["hidden"], weights["hidden_bias"][0])
        ]
        scores = [
            bias + sum(map(mul, row, hidden)) for row, bias in zip(weights["output"], weights["output_bias"][0])
        ]
        highest = max(scores)
        exponentials = [math.exp(score - highest) for score in scores]
        total = sum(exponentials)
        return hidden, [exponential / total for exponential in exponentials]

    def gradient(self, batch):
        """The mean loss of a batch and its gradient, shaped like the weights."""
        gradient = zeros_like(self.weights)
        columns = list(zip(*self.weights["output"]))
        loss = 0.0
        for pixels, digit in batch:
            hidden, probabilities = self.activations(pixels)
            loss -= math.log(max(probabilities[digit], 1e-12))
            output_error = probabilities
            output_error[digit] -= 1.0
            hidden_error = [
                sum(map(mul, column, output_error)) if activation > 0.0 else 0.0
                for column, activation in zip(columns, hidden)
            ]
            add_outer_product(gradient["output"], output_error, hidden)
            add_outer_product(gradient["output_bias"], [1.0], output_error)
            add_outer_product(gradient["hidden"], hidden_error, pixels)
            add_outer_product(gradient["hidden_bias"], [1.0], hidden_error)
        return loss / len(batch), gradient

    def accuracy(self, images):
        """The part of the images that is recognised, 0 to 1."""
        recognised = 0
        for pixels, digit in images:
            _, probabilities = self.activations(pixels)
            recognised += probabilities.index(max(probabilities)) == digit
        return recognised / len(images)


def random_rows(rows, columns, rng):
    deviation = math.sqrt(2.0 / columns)
    return [[rng.gauss(0.0, deviation) for _ in range(columns)] for _ in range(rows)]


def zeros_like(weights):
    return {name: [[0.0] * len(row) for row in rows] for name, rows in weights.items()}


def add_outer_product(rows, factors, vector):
    for index, factor in enumerate(factors):
        if factor != 0.0:
            rows[index] = [value + factor * element for value, element in zip(rows[index], vector)]


# --- training --------------------------------------------------------------------------------------------------------


class Training:
    """Everything that a checkpoint must hold to go on as if nothing had happened."""

    def __init__(self, config, image_count):
        self.rng = random.Random(config["seed"])
        self.network = Network(config["hidden_size"], self.rng)
        self.velocity = zeros_like(self.network.weights)
        self.step = 0
        self.order = list(range(image_count))
        self.position = image_count  # in `order`; at its end a new epoch begins
        self.log_history = []

    def next_batch(self, images, size):
        if self.position >= len(self.order):
            self.rng.shuffle(self.order)
            self.position = 0
        chosen = self.order[self.position : self.position + size]
        self.position += size
        return [images[index] for index in chosen]

    def update(self, gradient, batch_size, learning_rate, momentum):
        """One step of stochastic gradient descent with momentum."""
        rate = learning_rate / batch_size
        for name, rows in self.network.weights.items():
            velocity = self.velocity[name]
            for index, row in enumerate(rows):
                velocity[index] = [
                    momentum * speed - rate * slope for speed, slope in zip(velocity[index], gradient[name][index])
                ]
                rows[index] = [weight + speed for weight, speed in zip(row, velocity[index])]
        self.step += 1


def split(images, config):
    """Training images and held-out images; the same for every run with the same seed."""
    shuffled = list(images)
    random.Random(f"split {config['seed']}").shuffle(shuffled)
    held_out = max(1, int(len(shuffled) * config["held_out"]))
    return shuffled[held_out:], shuffled[:held_out]


def train(config, training, images, held_out, curves, stop_requested):
    """Trains to the end; False if it was asked to stop before. Either way the last step is in a checkpoint."""
    batches = math.ceil(len(images) / config["batch_size"])
    last_step = config["epochs"] * batches
    if config["max_steps"] > 0:
        last_step = min(last_step, config["max_steps"])
    losses = []
    while training.step < last_step:
        batch = training.next_batch(images, config["batch_size"])
        rate = config["learning_rate"] * (1.0 - training.step / last_step)
        loss, gradient = training.network.gradient(batch)
        training.update(gradient, len(batch), rate, config["momentum"])
        losses.append(loss)
        ended = training.step == last_step or bool(stop_requested)
        if ended or training.step % config["logging_steps"] == 0:
            log_progress(training, losses, held_out, last_step, batches, rate, curves)
            losses = []
        if ended or training.step % config["save_steps"] == 0:
            save_checkpoint(config, training, last_step)
        if ended:
            break
        if config["step_pause"] > 0:
            time.sleep(config["step_pause"])
    return training.step >= last_step


def log_progress(training, losses, held_out, last_step, batches, rate, curves):
    entry = {
        "step": training.step,
        "epoch": training.step / batches,
        "loss": sum(losses) / len(losses),
        "learning_rate": rate,
        "eval_accuracy": training.network.accuracy(held_out),
    }
    training.log_history.append(entry)
    curves.add(training.step, entry)
    say(
        f"step {training.step}/{last_step}  epoch {entry['epoch']:.2f}  loss {entry['loss']:.4f}"
        f"  accuracy {entry['eval_accuracy']:.4f}"
    )


# --- curves ----------------------------------------------------------------------------------------------------------


class Curves:
    """Event files for TensorBoard, which needs no TensorFlow for them; nothing where it is not installed."""

    NAMES = {"loss": "train/loss", "learning_rate": "train/learning_rate", "eval_accuracy": "eval/accuracy"}

    def __init__(self, folder):
        try:
            from tensorboard.compat.proto.event_pb2 import Event
            from tensorboard.compat.proto.summary_pb2 import Summary
            from tensorboard.summary.writer.event_file_writer import EventFileWriter
        except ImportError:
            self.writer = None
            return
        self.event, self.summary = Event, Summary
        self.writer = EventFileWriter(folder)
        say(f"event files for TensorBoard go to {folder}")

    def add(self, step, entry):
        if self.writer is None:
            return
        values = [self.summary.Value(tag=tag, simple_value=entry[key]) for key, tag in self.NAMES.items()]
        self.writer.add_event(self.event(wall_time=time.time(), step=step, summary=self.summary(value=values)))
        self.writer.flush()

    def close(self):
        if self.writer is not None:
            self.writer.close()


# --- checkpoints -----------------------------------------------------------------------------------------------------


def save_checkpoint(config, training, last_step):
    """Writes `checkpoint-<step>` so that it is either whole or absent, whenever the process or the machine dies."""
    output_dir = config["output_dir"]
    target = os.path.join(output_dir, f"checkpoint-{training.step}")
    being_written = os.path.join(output_dir, f"tmp-checkpoint-{training.step}")
    shutil.rmtree(being_written, ignore_errors=True)
    os.makedirs(being_written)
    version, internal_state, next_gauss = training.rng.getstate()
    write_json(os.path.join(being_written, "model.json"), training.network.weights)
    write_json(
        os.path.join(being_written, "optimizer.json"),
        {
            "velocity": training.velocity,
            "rng": [version, internal_state, next_gauss],
            "order": training.order,
            "position": training.position,
        },
    )
    write_json(
        os.path.join(being_written, "trainer_state.json"),
        {
            "global_step": training.step,
            "max_steps": last_step,
            "epoch": training.log_history[-1]["epoch"] if training.log_history else 0.0,
            "log_history": training.log_history,
            "settings": {key: config[key] for key in FIXED_FOR_A_RUN},
        },
    )
    sync_folder(being_written)
    shutil.rmtree(target, ignore_errors=True)  # of an earlier run in the same folder
    os.rename(being_written, target)
    sync_folder(output_dir)
    say(f"saved {target}")


def load_checkpoint(config, training, path):
    try:
        state = read_json(os.path.join(path, "trainer_state.json"))
        optimizer = read_json(os.path.join(path, "optimizer.json"))
        weights = read_json(os.path.join(path, "model.json"))
    except (OSError, ValueError) as error:
        raise UserError(f"cannot resume from {path}: {error}") from error
    for key, value in state["settings"].items():
        if config[key] != value:
            raise UserError(f"cannot resume from {path}: it was made with {key} {value}, not {config[key]}")
    version, internal_state, next_gauss = optimizer["rng"]
    training.rng.setstate((version, tuple(internal_state), next_gauss))
    training.network.weights = weights
    training.velocity = optimizer["velocity"]
    training.order = optimizer["order"]
    training.position = optimizer["position"]
    training.step = state["global_step"]
    training.log_history = state["log_history"]


def save_model(config, training):
    """Writes the finished model, `model.json` in the output folder."""
    path = os.path.join(config["output_dir"], "model.json")
    write_json(path + ".tmp", training.network.weights)
    os.replace(path + ".tmp", path)
    sync_folder(config["output_dir"])
    say(f"saved {path}")


def write_json(path, value):
    # repr() of a float, which json uses, reads back as the same float: nothing is lost in text.
    with open(path, "w", encoding="utf-8") as file:
        json.dump(value, file)
        file.flush()
        os.fsync(file.fileno())


def read_json(path):
    with open(path, encoding="utf-8") as file:
        return json.load(file)


def sync_folder(path):
    """Makes renames and new names in a folder survive a loss of power."""
    descriptor = os.open(path, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


# --- command line ----------------------------------------------------------------------------------------------------


def say(message):
    print(message, flush=True)


def parse_arguments():
    parser = argparse.ArgumentParser(description="Trains a small neural network on handwritten digits.")
    parser.add_argument("--config", required=True, help="a file such as configs/digits.yaml")
    parser.add_argument("--resume_from_checkpoint", metavar="FOLDER", help="continue from this checkpoint")
    return parser.parse_args()


def run(arguments, stop_requested):
    config = read_config(arguments.config)
    images, held_out = split(read_images(config["path"]), config)
    say(f"{len(images)} images to train on, {len(held_out)} held out")
    os.makedirs(config["output_dir"], exist_ok=True)
    training = Training(config, len(images))
    if arguments.resume_from_checkpoint:
        load_checkpoint(config, training, arguments.resume_from_checkpoint)
        say(f"resumed from {arguments.resume_from_checkpoint} at step {training.step}")
    curves = Curves(os.path.join(config["output_dir"], "runs"))
    finished = train(config, training, images, held_out, curves, stop_requested)
    curves.close()
    if not finished:
        say(f"stopped at step {training.step} as asked")
        return 128 + signal.SIGTERM
    save_model(config, training)
    say(f"held-out accuracy {training.network.accuracy(held_out):.4f}")
    return 0


def main():
    stop_requested = []
    signal.signal(signal.SIGTERM, lambda number, frame: stop_requested.append(number))
    arguments = parse_arguments()
    say(f"training with {arguments.config} on Python {sys.version.split()[0]}")
    try:
        return run(arguments, stop_requested)
    except UserError as error:
        print(f"train.py: {error}", file=sys.stderr, flush=True)
        return 2


if __name__ == "__main__":
    sys.exit(main())
