"""A small app that tells what it saw; its functions cover each kind of trigger and output."""
# ruff: noqa: ARG001, T201
# The model passes every function its trigger's value; what is printed is for the tests.

import asyncio
import json
import os
import time
from typing import List  # noqa: UP035 -- see ``send``

import azure.functions as func

app = func.FunctionApp(http_auth_level=func.AuthLevel.ANONYMOUS)

# One process serves a test module, so this is what all its functions saw, in order.
SEEN: list[str] = []


@app.route("echo/{id:guid}/{tag?}", methods=["GET", "POST"])
async def echo(req: func.HttpRequest, context: func.Context) -> func.HttpResponse:
    """Answer with the whole request."""
    document = {
        "method": req.method,
        "url": req.url,
        "headers": dict(req.headers),
        "query": dict(req.params),
        "route": dict(req.route_params),
        "body": req.get_body().hex(),
        "traceparent": context.trace_context.trace_parent,
        "function": context.function_name,
    }
    return func.HttpResponse(json.dumps(document), mimetype="application/json")


@app.route("seen", methods=["GET"])
def seen(req: func.HttpRequest) -> str:
    """What the other functions saw."""
    return json.dumps(SEEN)


@app.route("environment", methods=["GET"])
def environment(req: func.HttpRequest) -> str:
    """The environment and working folder of the app."""
    return json.dumps({**os.environ, "cwd": str(os.path.realpath("."))})


@app.route("/", methods=["GET"])
def home(req: func.HttpRequest) -> func.HttpResponse:
    """Answer at the root, with two cookies."""
    response = func.HttpResponse(b"\x00\xff", status_code=203, mimetype="application/octet-stream")
    response.headers.add("Set-Cookie", "a=1; HttpOnly; Path=/")
    response.headers.add("Set-Cookie", "b=2; SameSite=Lax")
    return response


@app.route("broken", methods=["GET"])
async def broken(req: func.HttpRequest) -> str:
    """Fail."""
    raise ValueError("a reason that no caller may see")


@app.route("sleepy", methods=["GET"])
async def sleepy(req: func.HttpRequest) -> str:
    """Take longer than any test."""
    await asyncio.sleep(600)
    return ""


@app.generic_trigger(arg_name="req", type="httpTrigger", route="silent", methods=["GET"])
def silent(req: func.HttpRequest) -> None:
    """Have no answer."""


@app.route("files/{*path}", methods=["GET"])
def files(req: func.HttpRequest) -> str:
    """Take a whole path."""
    return json.dumps(dict(req.route_params))


@app.route("switched-off", methods=["GET"])
def switched_off(req: func.HttpRequest) -> str:
    """Be disabled by a setting."""
    SEEN.append("switched_off ran")
    return ""


@app.route("send", methods=["POST"])
@app.queue_output("one", "%WORK_QUEUE%", "AzureWebJobsStorage")
@app.queue_output("many", "%WORK_QUEUE%", "AzureWebJobsStorage")
def send(
    req: func.HttpRequest,
    one: func.Out[str],
    many: func.Out[List[str]],  # noqa: UP006 -- the worker refuses an app with Out[list[str]]
) -> func.HttpResponse:
    """Put three messages on the queue."""
    body = req.get_body().decode()
    one.set(body)
    many.set([f"{body} again", f"{body} and again"])
    return func.HttpResponse(status_code=202)


@app.queue_trigger("message", "%WORK_QUEUE%", "AzureWebJobsStorage")
@app.queue_output("$return", "%RESULT_QUEUE%", "AzureWebJobsStorage")
def work(message: func.QueueMessage, context: func.Context) -> str:
    """Fail on "bad", take its time on "slow", else hand on."""
    body = message.get_body().decode()
    SEEN.append(f"work {message.dequeue_count} {body}")
    print(f"began {body}", flush=True)
    if body == "bad":
        raise ValueError(body)
    if body == "slow":
        time.sleep(0.5)
    return f"{body}, traced {context.trace_context.trace_parent}"


@app.timer_trigger("timer", "%TICK_SCHEDULE%")
async def tick(timer: func.TimerRequest) -> None:
    """Tell each tick."""
    SEEN.append(f"tick {timer.past_due}")
    print(f"ticked, past due: {timer.past_due}", flush=True)


@app.timer_trigger("timer", "0 0 0 1 1 *")
def yearly(timer: func.TimerRequest) -> None:
    """Run once a year, unless told to."""
    SEEN.append(f"yearly {timer.past_due}")
