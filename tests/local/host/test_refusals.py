"""Apps and settings that cannot run are refused with one plain message, before anything is served."""

import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from pathlib import Path
from socket import socket

import pytest

from local.host.errors import HostError
from local.host.functions import Binding, Function, refuse_unknown_bindings
from local.host.invoker import Invoker
from local.host.listeners import check_queue_outputs, timers
from local.host.queues.clients import QueueClients
from local.host.timers.status import TimerStatuses
from tests.local.host.sample_host import SAMPLE

ROOT = Path(__file__).resolve().parents[3]

HEAD = "import azure.functions as func\napp = func.FunctionApp()\n"
GOOD = '@app.route("a")\ndef a(req: func.HttpRequest) -> str:\n    return ""\n'

# Each app, and a part of what the host must say about it.
WRONG_APPS = {
    # First, because its host tries again for a second.
    "storage that is not there": (
        f'{HEAD}@app.queue_trigger("m", "qqq", "")\ndef a(m: func.QueueMessage) -> None: ...\n',
        "The app cannot use its storage: Cannot connect to host 127.0.0.1:9",
    ),
    "no functions": (HEAD, "has no functions"),
    "no app": ("import azure.functions\n", "Could not find top level function app instances"),
    "two apps": (f"{HEAD}other = func.FunctionApp()\n{GOOD}", "More than one FunctionApp"),
    "missing module": (f"import not_there\n{HEAD}{GOOD}", "No module named 'not_there'"),
    "failing import": (f"{HEAD}{GOOD}1 / 0\n", "function_app.py, line 6)"),
    "wrong annotation": (
        f'{HEAD}@app.route("a")\ndef a(req: int) -> str:\n    return ""\n',
        "do not match the corresponding function parameter's Python type annotation int",
    ),
    "wrong argument name": (
        f'{HEAD}@app.queue_trigger("message", "q", "")\ndef a(msg: func.QueueMessage) -> None: ...\n',
        "declared in Python but not in the function definition",
    ),
    "output that is no Out": (
        f'{HEAD}@app.queue_output("out", "q", "")\n@app.route("a")\ndef a(req: func.HttpRequest, out: str): ...\n',
        "is not a subclass of azure.functions.Out",
    ),
    "duplicate name": (f"{HEAD}{GOOD}{GOOD}", "does not have a unique function name"),
    "no trigger": (
        f'{HEAD}@app.queue_output("out", "q", "")\ndef a(out: func.Out[str]) -> None: ...\n',
        "does not have a trigger",
    ),
    "two triggers": (
        f'{HEAD}@app.timer_trigger("t", "0 0 0 * * *")\n@app.route("a")\ndef a(req, t): ...\n',
        "A trigger was already registered",
    ),
    "name that does not resolve": (
        f'{HEAD}@app.queue_trigger("m", "%ABSENT%", "")\ndef a(m: func.QueueMessage) -> None: ...\n',
        "Function a: %ABSENT% does not resolve to an app setting.",
    ),
}
NOWHERE = (
    "DefaultEndpointsProtocol=http;AccountName=a;AccountKey=YQ==;"
    "QueueEndpoint=http://127.0.0.1:9/a;BlobEndpoint=http://127.0.0.1:9/a;"
)


def refusal(app: Path, *arguments: str) -> str:
    """What a host says that does not start."""
    ended = subprocess.run(
        [sys.executable, "-m", "local.host", "--app", app, "--port", "0", "--no-settings", *arguments],
        cwd=ROOT,
        env={"AzureWebJobsStorage": NOWHERE},
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert (ended.returncode, ended.stdout) == (1, "")
    assert "Traceback" not in ended.stderr
    message = ended.stderr.splitlines()[-1]
    assert message.startswith("host: ")
    return message


def test_a_wrong_app_is_refused_with_what_is_wrong(tmp_path: Path) -> None:
    apps = {name: tmp_path / name.replace(" ", "_") for name in WRONG_APPS}
    for name, app in apps.items():
        app.mkdir()
        (app / "function_app.py").write_text(WRONG_APPS[name][0])
        (app / "host.json").write_text('{"version": "2.0"}')
    with ThreadPoolExecutor(max_workers=4) as hosts:
        said = dict(zip(apps, hosts.map(refusal, apps.values()), strict=True))
    for name, (_, message) in WRONG_APPS.items():
        assert message in said[name], name


def test_a_taken_port_is_named() -> None:
    with socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = str(taken.getsockname()[1])
        assert f"Port {port} on 127.0.0.1 is taken." in refusal(SAMPLE, "--port", port)


@pytest.mark.parametrize(
    ("file", "message"),
    [("host.json", "There is no function_app.py"), ("function_app.py", "host.json cannot be read")],
)
def test_a_folder_that_is_no_app_is_refused_with_the_file_it_lacks(tmp_path: Path, file: str, message: str) -> None:
    (tmp_path / file).write_text('{"version": "2.0"}' if file == "host.json" else HEAD + GOOD)
    assert message in refusal(tmp_path)


def test_a_folder_that_is_not_there_is_named(tmp_path: Path) -> None:
    assert "absent" in refusal(tmp_path / "absent")


def function(kind: str, **properties: object) -> Function:
    return Function("id", "tidy", (Binding("input", kind, False, properties),))


def test_a_binding_that_is_not_served_is_refused_with_those_that_are() -> None:
    with pytest.raises(HostError, match="Function tidy has a binding of type blobTrigger; the local host serves"):
        refuse_unknown_bindings((function("blobTrigger", path="a/b"),))


async def test_a_timer_whose_schedule_cannot_be_read_is_named() -> None:
    environment = {"AzureWebJobsStorage": NOWHERE}
    five_fields = function("timerTrigger", schedule="*/5 * * * *")
    with pytest.raises(HostError, match=r"Function tidy: .* has 5 fields"):
        timers([five_fields], invoker(environment), TimerStatuses(environment, "host"), environment)


async def test_a_queue_output_that_does_not_resolve_is_named() -> None:
    output = Binding("out", "queue", True, {"queueName": "%ABSENT%"})
    with pytest.raises(HostError, match="Function tidy: %ABSENT% does not resolve"):
        check_queue_outputs([Function("id", "tidy", (output,))], QueueClients({}, "base64"))


def invoker(environment: dict[str, str]) -> Invoker:
    return Invoker(timedelta(minutes=1), QueueClients(environment, "base64").send)


def test_a_port_that_cannot_be_is_refused_in_plain_words() -> None:
    assert refusal(SAMPLE, "--port", "99999").strip() == (
        "host: There is no port 99999: name one from 0 to 65535 with --port."
    )
