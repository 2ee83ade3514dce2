"""The nightly way as a Prefect flow: the same steps as in process, but seen, retried and scheduled by a local server.

Prefect reads its environment once, when it is imported; so it is imported inside the functions here, after `_settle`.
Run as a program, this module is that local server: `python -m flows.prefect_way PORT`.
"""

import os
import signal
import socket
import subprocess
import sys
import threading
import time
import urllib.request
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Any

from flows.home import Home
from flows.lock import held
from transforms.errors import ConfigError, MotcuaError, PullError

if TYPE_CHECKING:
    from prefect import Flow, State
    from prefect.schedules import Schedule

    from flows.nightly import Outcome

TIMEZONE = "Asia/Ho_Chi_Minh"

_HOST = "127.0.0.1"
_PORTS = range(4200, 4300)
_START_SECONDS = 120
_STOP_SECONDS = 10
_RETRY_SECONDS = 10


def run_with_prefect(home: Home, as_of: date | None = None, nightly: Callable[..., "Outcome"] | None = None) -> "Outcome":
    """Run the nightly way once as a flow, on a server that lives as long as the run.

    An error of a step comes out as it was raised, and the flow is marked as failed.
    """
    _settle(home)
    flow = _nightly_flow(nightly, command="motcua run --prefect")
    result = flow(str(home.root), as_of, return_state=True).result(raise_on_failure=False)
    if isinstance(result, BaseException):
        raise result
    return result


def serve_schedule(
    home: Home,
    cron: str,
    nightly: Callable[..., "Outcome"] | None = None,
    on_ready: Callable[[str], None] | None = None,
) -> None:
    """Run the nightly way whenever the cron says so, by Vietnamese time, until this process is told to end.

    `on_ready` is given the address where a browser sees the runs. ConfigError for a cron that cannot be read, BusyError
    when this home is served already.
    """
    address = f"http://{_HOST}:{_free_port()}"
    _settle(home, api_url=f"{address}/api")
    schedule = _schedule(cron)
    flow = _nightly_flow(nightly, command="motcua schedule")

    from prefect.client.schemas.objects import ConcurrencyLimitConfig, ConcurrencyLimitStrategy

    with held(home.prefect / "schedule", "motcua schedule"), _server(home, address):
        if on_ready:
            on_ready(address)
        flow.serve(
            name="motcua",
            schedules=[schedule],
            parameters={"home": str(home.root)},
            # A night that is still at work when the next one is due may finish; the next one does not queue behind it.
            global_limit=ConcurrencyLimitConfig(limit=1, collision_strategy=ConcurrencyLimitStrategy.CANCEL_NEW),
            pause_on_shutdown=False,
            print_starting_message=False,
        )


def _settle(home: Home, api_url: str | None = None) -> None:
    """Set Prefect's environment: its files in the home, its server on this machine, no calls to the outside."""
    # Somebody's own Prefect must not receive an office's figures.
    for foreign in ("PREFECT_API_URL", "PREFECT_API_KEY", "PREFECT_PROFILE"):
        os.environ.pop(foreign, None)
    if api_url:
        os.environ["PREFECT_API_URL"] = api_url
    os.environ |= {
        "PREFECT_HOME": str(home.prefect),
        "PREFECT_SERVER_EPHEMERAL_ENABLED": "true",
        "PREFECT_SERVER_EPHEMERAL_STARTUP_TIMEOUT_SECONDS": str(_START_SECONDS),
        "PREFECT_SERVER_ANALYTICS_ENABLED": "false",
        "PREFECT_SERVER_UI_SHOW_PROMOTIONAL_CONTENT": "false",
        "DO_NOT_TRACK": "1",
        # An office's proxy would look for the local server on its own machine.
        "no_proxy": ",".join(filter(None, [_HOST, os.environ.get("no_proxy") or os.environ.get("NO_PROXY")])),
    }
    os.environ.setdefault("PREFECT_LOGGING_LEVEL", "WARNING")
    home.prefect.mkdir(parents=True, exist_ok=True)


def _nightly_flow(nightly: Callable[..., "Outcome"] | None, command: str) -> "Flow":
    """The flow around the nightly way; only paths and small values pass through Prefect."""
    from prefect import flow
    from prefect.artifacts import create_table_artifact
    from prefect.states import Failed

    if nightly is None:
        from flows.nightly import nightly

    @flow(name="motcua-nightly")
    def motcua_nightly(home: str, as_of: date | None = None):
        outcome = nightly(Home(Path(home)), _step, as_of, command)
        create_table_artifact(_as_table(outcome.scorecard), key="scorecard", description=outcome.summary)
        return Failed(data=outcome, message=outcome.summary) if outcome.exit_code else outcome

    return motcua_nightly


def _step(name: str, function: Callable[..., Any], *args: Any, retries: int = 0) -> Any:
    """Run one step as a Prefect task; as in process, only a source out of reach is worth another try."""
    from prefect import task
    from prefect.cache_policies import NO_CACHE

    def is_worth_another_try(_task: Any, _task_run: Any, state: "State") -> bool:
        return isinstance(state.result(raise_on_failure=False), PullError)

    step = task(
        function,
        name=name,
        retries=retries,
        retry_delay_seconds=_RETRY_SECONDS,
        retry_condition_fn=is_worth_another_try,
        cache_policy=NO_CACHE,
        persist_result=False,
    )
    return step(*args)


def _as_table(scorecard: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """The scorecard with nothing in it that JSON does not know, such as dates."""
    plain = (str, int, float, type(None))
    return [{name: value if isinstance(value, plain) else str(value) for name, value in row.items()} for row in scorecard]


def _schedule(cron: str) -> "Schedule":
    from prefect.schedules import Cron

    try:
        return Cron(cron, timezone=TIMEZONE)
    except ValueError as error:
        raise ConfigError(
            f'Lịch chạy "{cron}" không đúng dạng cron. Hãy ghi năm phần: phút giờ ngày tháng thứ, '
            'ví dụ "30 1 * * *" là 01:30 mỗi đêm.',
            f'The schedule "{cron}" is not a cron. Write five parts: minute hour day month weekday, such as '
            '"30 1 * * *" for 01:30 every night.',
        ) from error


def _free_port() -> int:
    for port in _PORTS:
        with socket.socket() as probe:
            if probe.connect_ex((_HOST, port)) != 0:
                return port
    raise ConfigError(
        f"Không còn cổng nào trống từ {_PORTS[0]} đến {_PORTS[-1]} trên máy này cho Prefect. Hãy dừng bớt dịch vụ.",
        f"No port from {_PORTS[0]} to {_PORTS[-1]} is free on this machine for Prefect. Stop some service.",
    )


@contextmanager
def _server(home: Home, address: str) -> Iterator[None]:
    """A Prefect server in a process of its own, up and healthy while the block runs."""
    log_file = home.prefect / "server.log"
    port = address.rpartition(":")[2]
    with (
        log_file.open("wb") as log,
        # Leaving the block closes the pipe, which ends the server; in its own session, Ctrl-C does not end it earlier.
        subprocess.Popen(
            [sys.executable, "-m", "flows.prefect_way", port],
            stdin=subprocess.PIPE,
            stdout=log,
            stderr=subprocess.STDOUT,
            start_new_session=True,
        ) as server,
    ):
        deadline = time.monotonic() + _START_SECONDS
        while not _is_healthy(address):
            if server.poll() is not None or time.monotonic() > deadline:
                raise MotcuaError(
                    f"Máy chủ Prefect không khởi động được. Hãy xem lý do ở cuối tệp {log_file}.",
                    f"The Prefect server did not start. See why at the end of {log_file}.",
                )
            time.sleep(0.2)
        yield


def _is_healthy(address: str) -> bool:
    without_proxy = urllib.request.build_opener(urllib.request.ProxyHandler({}))
    try:
        with without_proxy.open(f"{address}/api/health", timeout=5) as answer:
            return answer.status == 200
    except OSError:
        return False


def _serve_while_input_is_open(port: int) -> None:
    """Be a Prefect server until standard input closes: then the parent has ended, in whatever way."""

    def end_with_parent() -> None:
        sys.stdin.read()
        os.kill(os.getpid(), signal.SIGTERM)
        time.sleep(_STOP_SECONDS)
        os._exit(1)

    threading.Thread(target=end_with_parent, daemon=True).start()

    import uvicorn
    from prefect.server.api.server import create_app

    uvicorn.run(create_app(final=True), host=_HOST, port=port, log_level="warning")


if __name__ == "__main__":
    _serve_while_input_is_open(int(sys.argv[1]))
