"""The planners' page over real requests on loopback."""

from __future__ import annotations

import http.client
import json
import re
import threading
import time
from collections.abc import Iterator, Mapping
from importlib import resources
from pathlib import Path
from typing import Any

import pytest

from kichban.catalogue import load_parameters
from kichban.errors import InputError, UsageError
from kichban.page import make_server
from kichban.page.levers import FIRST, check_levers
from kichban.page.quick import Quick
from kichban.page.server import _Server
from kichban.study import Study
from kichban.texts import LANGUAGES, all_keys, fault_line

ROOT = Path(__file__).resolve().parents[1]


@pytest.fixture(scope="module")
def server(shipped: Study) -> Iterator[_Server]:
    """Run the server of the shipped study in a thread."""
    with make_server(shipped) as made:
        thread = threading.Thread(target=made.serve_forever, kwargs={"poll_interval": 0.05})
        thread.start()
        yield made
        made.shutdown()
        thread.join()


def ask(
    server: _Server,
    method: str,
    path: str,
    body: object = None,
    headers: Mapping[str, str] | None = None,
) -> tuple[int, dict[str, str], bytes]:
    """Send one request as a browser would; `headers` add to it or replace."""
    connection = http.client.HTTPConnection("127.0.0.1", server.server_port, timeout=30)
    try:
        data = body if isinstance(body, bytes) or body is None else json.dumps(body).encode()
        kind = {"Content-Type": "application/json"} if body is not None else {}
        connection.request(method, path, data, {**kind, **(headers or {})})
        reply = connection.getresponse()
        return reply.status, dict(reply.getheaders()), reply.read()
    finally:
        connection.close()


def run(server: _Server, scenario: object = "baseline", **levers: object) -> tuple[int, Any]:
    status, _, data = ask(server, "POST", "/run", {"scenario": scenario, "levers": levers})
    return status, json.loads(data)


# --- what is served -------------------------------------------------------------------------


def test_listens_on_loopback_only(server: _Server) -> None:
    assert server.server_address[0] == "127.0.0.1"
    assert server.server_port > 0


@pytest.mark.parametrize(
    ("path", "kind"),
    [("/", "text/html"), ("/page.css", "text/css"), ("/page.js", "text/javascript"),
     ("/catalogue.json", "application/json")],
)  # fmt: skip
def test_page_loads_with_its_headers(server: _Server, path: str, kind: str) -> None:
    status, headers, data = ask(server, "GET", path)
    assert status == 200
    assert headers["Content-Type"].startswith(kind)
    assert headers["Content-Security-Policy"].startswith("default-src 'self'")
    assert headers["X-Content-Type-Options"] == "nosniff"
    assert int(headers["Content-Length"]) == len(data) > 500


@pytest.mark.parametrize(
    "path", ["/run", "/page.js?x=1", "/../study.toml", "/%2e%2e/study.toml", "/inputs", "//run"]
)
def test_nothing_else_is_served(server: _Server, path: str) -> None:
    assert ask(server, "GET", path)[0] == 404


def test_other_methods_are_refused(server: _Server) -> None:
    assert ask(server, "PUT", "/run", {})[0] == 501
    assert ask(server, "DELETE", "/")[0] == 501
    assert ask(server, "POST", "/", {})[0] == 404


@pytest.mark.parametrize(
    "headers",
    [{"Host": "kichban.example"}, {"Host": "127.0.0.1"}, {"Origin": "http://kichban.example"},
     {"Origin": "null"}],
)  # fmt: skip
def test_other_hosts_and_origins_are_refused(server: _Server, headers: dict[str, str]) -> None:
    assert ask(server, "GET", "/", headers=headers)[0] == 403
    body = {"scenario": "baseline"}
    assert ask(server, "POST", "/run", body, headers)[0] == 403


def test_own_origin_is_let_in(server: _Server) -> None:
    own = {"Origin": f"http://127.0.0.1:{server.server_port}"}
    assert ask(server, "POST", "/run", {"scenario": "baseline"}, own)[0] == 200


# --- what is refused ------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("levers", "code"),
    [
        ({"land.no_such": 1}, "E-PAGE-002"),
        ({"growth.volume": 0.1}, "E-PAGE-002"),
        ({"land.duration_park_approval": 1}, "E-PAGE-002"),
        ({"land.slip_park": 99}, "E-PAGE-004"),
        ({"land.slip_park": -1}, "E-PAGE-004"),
        ({"land.slip_park": "2"}, "E-PAGE-003"),
        ({"land.slip_park": True}, "E-PAGE-003"),
        ({"land.slip_park": None}, "E-PAGE-003"),
    ],
)
def test_levers_are_checked(server: _Server, levers: dict[str, object], code: str) -> None:
    status, document = run(server, **levers)
    assert status == 400
    (fault,) = document["faults"]
    assert fault["code"] == code
    assert set(fault["message"]) == set(LANGUAGES)
    assert code in fault["message"]["vi"]


def test_all_faults_come_at_once(server: _Server) -> None:
    status, document = run(server, "nope", **{"land.slip_park": 99, "x": 1})
    assert status == 400
    assert sorted(f["code"] for f in document["faults"]) == [
        "E-PAGE-002", "E-PAGE-004", "E-PAGE-005",
    ]  # fmt: skip


@pytest.mark.parametrize(
    "body",
    [b"{", b"[]", b"3", b'{"levers": {}}', b'{"scenario": "baseline", "draws": 9}',
     b'{"scenario": "baseline", "levers": []}', b"\xff", b"[" * 5000],
)  # fmt: skip
def test_bodies_of_another_form_are_refused(server: _Server, body: bytes) -> None:
    status, _, data = ask(server, "POST", "/run", body)
    assert status == 400
    assert json.loads(data)["faults"][0]["code"] == "E-PAGE-001"


def test_not_a_number_is_out_of_bounds(server: _Server) -> None:
    body = b'{"scenario": "baseline", "levers": {"land.slip_park": NaN}}'
    status, _, data = ask(server, "POST", "/run", body)
    assert status == 400
    assert json.loads(data)["faults"][0]["code"] == "E-PAGE-004"


def test_forms_of_other_pages_and_large_bodies_are_refused(server: _Server) -> None:
    plain = {"Content-Type": "text/plain"}
    assert ask(server, "POST", "/run", b"{}", plain)[0] == 415
    assert ask(server, "POST", "/run", None, {"Content-Type": "application/json",
                                              "Content-Length": "99999999"})[0] == 413  # fmt: skip


# --- what is answered -----------------------------------------------------------------------


def test_catalogue_has_scenarios_levers_and_words(server: _Server) -> None:
    book = json.loads(ask(server, "GET", "/catalogue.json")[2])
    assert book["scenarios"][0]["name"] == "baseline"
    keys = [lever["key"] for lever in book["levers"]]
    assert tuple(keys[: len(FIRST)]) == FIRST
    parameters = load_parameters()
    for lever in book["levers"]:
        known = parameters[lever["key"]]
        assert known.kind == "number"
        assert known.role in ("lever", "uncertainty")
        assert known.error_bounds[0] <= lever["low"] < lever["high"] <= known.error_bounds[1]
        for scenario in book["scenarios"]:
            assert lever["low"] <= scenario["values"][lever["key"]] <= lever["high"]
    assert set(book["texts"]["vi"]) == set(book["texts"]["en"])


def test_answer_says_the_result(server: _Server) -> None:
    status, document = run(server)
    assert status == 200
    for view in ("current", "constant_2010"):
        output = document["output"][view]
        assert output["fan"][-1]["year"] == 2030
        for year in output["fan"]:
            assert year["p10"] <= year["p25"] <= year["p50"] <= year["p75"] <= year["p90"]
        for lang in LANGUAGES:
            assert output["title"][lang]
    assert "thiếu" in document["output"]["constant_2010"]["title"]["vi"]
    target = document["output"]["constant_2010"]["targets"]
    assert any(t["year"] == 2030 and t["value"] == 2_200_000 for t in target)
    assert all(t["gap"] == pytest.approx(t["value"] - t["p50"], rel=1e-6) for t in target)
    assert document["land"]["kcn"]["leased"][-1]["p50"] > 900
    assert document["land"]["ccn"]["targets"][0]["value"] == 3006
    assert all(
        0 <= t["probability"] <= 1 for t in document["targets"] if t["probability"] is not None
    )


def test_a_lever_moves_what_it_should_and_nothing_else(server: _Server) -> None:
    _, before = run(server)
    _, after = run(server, **{"land.slip_park": 2.6})
    assert after["changed"] == {"land.slip_park": 2.6}
    assert after["land"]["kcn"]["area"][-1]["p50"] < before["land"]["kcn"]["area"][-1]["p50"]
    assert after["output"]["current"]["fan"] == before["output"]["current"]["fan"]
    _, faster = run(server, **{"growth.volume_long_run": 0.12})
    assert (
        faster["output"]["current"]["fan"][-1]["p50"]
        > before["output"]["current"]["fan"][-1]["p50"]
    )
    assert "điều chỉnh" in faster["output"]["current"]["title"]["vi"]
    _, again = run(server)
    assert again == before


def test_a_scenario_built_to_meet_its_target_says_so(server: _Server) -> None:
    _, document = run(server, "plan")
    assert "not a forecast" in document["output"]["constant_2010"]["title"]["en"]


@pytest.mark.clock
def test_answers_come_before_one_loses_patience(server: _Server) -> None:
    started = time.perf_counter()
    run(server, **{"land.leasing_park": 150})
    assert time.perf_counter() - started < 1.5


# --- parts ----------------------------------------------------------------------------------


def test_taken_port_is_a_wrong_use(server: _Server) -> None:
    with pytest.raises(UsageError, match="E-PAGE-901") as refused:
        make_server(server.quick.study, server.server_port)
    for lang in LANGUAGES:
        assert "E-PAGE-901" in fault_line(refused.value.fault, lang)


def test_quick_refuses_without_a_server(server: _Server) -> None:
    quick: Quick = server.quick
    with pytest.raises(InputError, match="E-PAGE-005"):
        quick.answer({"scenario": ["baseline"]})
    assert check_levers([], quick.levers)[1][0].code == "E-PAGE-001"


def test_page_asks_nothing_from_outside_and_every_word_exists() -> None:
    folder = resources.files("kichban.page") / "assets"
    files = {p.name: p.read_text(encoding="utf-8") for p in folder.iterdir()}
    assert set(files) == {"index.html", "page.css", "page.js"}
    for text in files.values():
        found = [u for u in re.findall(r"https?://[^\"')\s]+", text) if "www.w3.org" not in u]
        assert found == []
    words = {k.removeprefix("page.") for k in all_keys() if k.startswith("page.")}
    used = set(re.findall(r'data-text="([\w.]+)"', files["index.html"]))
    used |= set(re.findall(r'say\("([\w.]+)"', files["page.js"]))
    assert used <= words
    assert 'aria-live="polite"' in files["index.html"]
    # The policy allows no styles and scripts inside the page.
    assert "style=" not in files["index.html"]
    assert not re.search(r"<script(?![^>]*src=)", files["index.html"])
