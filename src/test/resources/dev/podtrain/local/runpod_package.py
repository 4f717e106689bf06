"""Lists, creates, inspects, stops, resumes and deletes a pod with RunPod's own Python package and its command line."""

import json
import os
import subprocess
import sys
import tempfile
import time

import runpod

runpod.api_key = os.environ["RUNPOD_API_KEY"]

seen = {"before": len(runpod.get_pods())}
seen["gpus"] = len(runpod.get_gpus())
pod = runpod.create_pod(
    "from-python",
    "runpod/pytorch:1.0.2-cu1281-torch280-ubuntu2404",
    "NVIDIA GeForce RTX 3070",
    gpu_count=1,
    ports="22/tcp",
    env={"PUBLIC_KEY": "ssh-ed25519 AAAA python", "GREETING": "hello world"},
)
deadline = time.monotonic() + 90
while runpod.get_pod(pod["id"])["runtime"] is None and time.monotonic() < deadline:
    time.sleep(0.05)
shown = runpod.get_pod(pod["id"])
seen["name"] = shown["name"]
seen["env"] = sorted(entry for entry in shown["env"] if entry.startswith("GREETING"))
seen["ssh"] = [port["privatePort"] for port in shown["runtime"]["ports"]]
seen["listed"] = [each["id"] == pod["id"] for each in runpod.get_pods()]
seen["stopped"] = runpod.stop_pod(pod["id"])["desiredStatus"]
seen["resumed"] = runpod.resume_pod(pod["id"], 1)["desiredStatus"]
runpod.terminate_pod(pod["id"])
seen["gone"] = runpod.get_pod(pod["id"])

with tempfile.TemporaryDirectory() as home:

    def command_line(*arguments):
        tool = os.path.join(os.path.dirname(sys.executable), "runpod")
        return subprocess.run(
            [tool, *arguments],
            env={**os.environ, "HOME": home},
            input="y\n",
            stdout=subprocess.PIPE,
            text=True,
            check=True,
        ).stdout

    command_line("config", runpod.api_key)
    created = command_line("pod", "create", "from-command-line")
    listed = command_line("pod", "list")
    own = runpod.get_pods()[0]
    seen["command_line"] = [own["name"], own["id"] in created, own["id"] in listed]
    runpod.terminate_pod(own["id"])
print(json.dumps(seen))
