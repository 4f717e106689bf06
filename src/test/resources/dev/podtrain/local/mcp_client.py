"""Lists, creates, inspects, stops and deletes a pod through RunPod's own MCP server, whose start file is argument 1."""

import json
import subprocess
import sys

server = subprocess.Popen(
    ["node", sys.argv[1]], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
)
number = 0


def send(message):
    server.stdin.write(json.dumps({"jsonrpc": "2.0", **message}) + "\n")
    server.stdin.flush()


def ask(method, params):
    global number
    number += 1
    send({"id": number, "method": method, "params": params})
    while True:
        answer = json.loads(server.stdout.readline())
        if answer.get("id") == number:
            return answer["result"]


def call(tool, arguments):
    result = ask("tools/call", {"name": tool, "arguments": arguments})
    text = "".join(part.get("text", "") for part in result["content"])
    if result.get("isError"):
        raise SystemExit(tool + ": " + text)
    try:
        return json.loads(text)
    except ValueError:
        return text


ask(
    "initialize",
    {
        "protocolVersion": "2025-03-26",
        "capabilities": {},
        "clientInfo": {"name": "test", "version": "1"},
    },
)
send({"method": "notifications/initialized"})

body = {
    "name": "from-mcp",
    "image": "runpod/pytorch:1.0.2-cu1281-torch280-ubuntu2404",
    "disk": 20,
    "gpu": {"id": "NVIDIA RTX A5000", "count": 1},
    "ports": ["22/tcp"],
}
seen = {"before": call("list-pods", {})}
pod = call("create-pod", {"body": body})
seen["created"] = pod
seen["shown"] = call("get-pod", {"id": pod["id"]})
seen["stopped"] = call("pod-action", {"id": pod["id"], "body": {"action": "stop"}})
seen["listed"] = call("list-pods", {})
seen["gpus"] = call("list-gpu-types", {"include": ["AVAILABILITY"], "product": ["POD"]})
call("delete-pod", {"id": pod["id"]})
seen["after"] = call("list-pods", {})
print(json.dumps(seen))
server.stdin.close()
server.wait(10)
