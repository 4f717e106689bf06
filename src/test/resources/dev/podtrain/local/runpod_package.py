"""Lists, creates, inspects, stops, resumes and deletes a pod with RunPod's own Python package."""

import json
import os
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
deadline = time.monotonic() + 20
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
print(json.dumps(seen))
