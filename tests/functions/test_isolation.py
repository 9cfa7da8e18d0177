"""What a function sees and reaches, and what it does not."""

import errno
import http.client
import os
import socket
import sys
from pathlib import Path

import pytest

from cenote.functions import runtimes
from cenote.functions.sandbox import IsolationUnavailableError, choose
from harness.local_functions import Bench

DOCUMENTED = {
    "PATH", "LANG", "TZ", "HOME", "TMPDIR", "_HANDLER", "LAMBDA_TASK_ROOT", "LAMBDA_RUNTIME_DIR", "AWS_LAMBDA_RUNTIME_API", "AWS_REGION",
    "AWS_EXECUTION_ENV", "AWS_DEFAULT_REGION", "AWS_LAMBDA_FUNCTION_NAME", "AWS_LAMBDA_FUNCTION_VERSION", "AWS_LAMBDA_INITIALIZATION_TYPE",
    "AWS_LAMBDA_FUNCTION_MEMORY_SIZE", "AWS_LAMBDA_LOG_GROUP_NAME", "AWS_LAMBDA_LOG_STREAM_NAME", "_X_AMZN_TRACE_ID",
}  # fmt: skip
# What leads to the programs, where Cenote itself lies below /tmp.
BELOW_TMP = sorted({path.parts[2] for path in runtimes.programs() if path.is_relative_to("/tmp")})  # noqa: S108


def test_a_function_sees_the_documented_variables_and_its_own(bench: Bench, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CENOTE_MASTER_KEY", "secret")
    monkeypatch.setenv("PYTHONPATH", "/somewhere")
    own = {"TABLE": "users", "AWS_REGION": "mars-north-1", "TZ": "UTC"}
    source = "import os\ndef handler(event, context):\n    return dict(os.environ)"
    found = bench.python(source, environment=own).value()
    assert DOCUMENTED | {"TABLE"} == found.keys()
    assert ("users", "us-east-1", "UTC") == (found["TABLE"], found["AWS_REGION"], found["TZ"])
    assert ("AWS_Lambda_python3.12", "256") == (found["AWS_EXECUTION_ENV"], found["AWS_LAMBDA_FUNCTION_MEMORY_SIZE"])


def test_a_function_cannot_make_others_load_its_libraries(bench: Bench) -> None:
    own = {"LD_PRELOAD": "/var/task/evil.so", "PYTHONSTARTUP": "/x", "BASH_ENV": "/x"}
    done = bench.python("import os\ndef handler(e, c):\n    return os.environ['LD_PRELOAD']", environment=own).call()
    assert b'"/var/task/evil.so"' == done.payload
    # The program loader complains once: of the runtime, not of what starts it.
    assert 1 == sum("evil.so" in line for _, _, line in bench.lines)


def test_a_function_gets_no_descriptors_of_cenotes(bench: Bench) -> None:
    source = (
        "import os\ndef handler(event, context):\n"
        "    found = {}\n"
        "    for name in os.listdir('/proc/self/fd'):\n"
        "        try:\n            found[name] = os.readlink('/proc/self/fd/' + name)\n"
        "        except OSError:\n            pass\n"
        "    return found"
    )
    with socket.create_server(("127.0.0.1", 0)) as ours:
        os.set_inheritable(ours.fileno(), True)
        inode = f"socket:[{os.fstat(ours.fileno()).st_ino}]"
        found = bench.python(source).value()
    assert "/dev/null" == found["0"]
    assert found["1"] == found["2"]
    rest = [target for name, target in found.items() if name not in "012"]
    assert all(target.startswith(("socket:", "/proc/", "anon_inode:", "pipe:")) for target in rest), rest
    assert inode not in rest


def test_a_functions_code_is_not_its_to_change(bench: Bench, isolation: str) -> None:
    source = (
        "import os\ndef handler(event, context):\n"
        "    here = os.environ['LAMBDA_TASK_ROOT']\n"
        "    assert os.getcwd() == here\n"
        "    open(os.environ['TMPDIR'] + '/mine', 'w').write('x')\n"
        "    return oct(os.stat(here).st_mode), os.access(here + '/app.py', os.W_OK)"
    )
    mode, is_writable = bench.python(source).value()
    assert "0o40555" == mode
    # Permissions mean nothing to root, and that is what it is here without a sandbox, if Cenote is.
    assert (isolation == "limits" and os.geteuid() == 0) == is_writable


def test_the_kernels_limits_are_set(bench: Bench) -> None:
    source = (
        "import resource, os\ndef handler(event, context):\n"
        "    names = ('RLIMIT_CORE', 'RLIMIT_NOFILE', 'RLIMIT_FSIZE', 'RLIMIT_DATA')\n"
        "    umask = os.umask(0)\n"
        "    return [resource.getrlimit(getattr(resource, name)) for name in names], umask, os.getsid(0) != 0"
    )
    limits, umask, _ = bench.python(source, bench.runner(open_files=100, file_bytes=1000)).value()
    assert [[0, 0], [100, 100], [1000, 1000], [1024 * 1024 * 1024] * 2] == limits
    assert 0o077 == umask


def test_a_function_cannot_gain_rights(bench: Bench) -> None:
    source = (
        "def handler(event, context):\n    return [line for line in open('/proc/self/status') if 'NoNewPrivs' in line]"
    )
    assert ["NoNewPrivs:\t1\n"] == bench.python(source).value()


def test_no_other_process_may_take_a_functions_events_or_answer_them(bench: Bench) -> None:
    source = "import os\ndef handler(event, context):\n    return os.environ['AWS_LAMBDA_RUNTIME_API']"
    probe = bench.python(source)
    host, _, port = probe.value().partition(":")
    connection = http.client.HTTPConnection(host, int(port), timeout=20)
    with pytest.raises((http.client.RemoteDisconnected, ConnectionError)):
        _ask(connection)
    connection.close()
    assert f"{host}:{port}" == probe.value()


def test_another_function_may_not_either(bench: Bench) -> None:
    runner = bench.runner()
    victim = bench.python(
        "import os\ndef handler(e, c):\n    return os.environ['AWS_LAMBDA_RUNTIME_API']", runner, name="victim"
    )
    address = victim.value()
    source = (
        "import urllib.request\ndef handler(event, context):\n"
        "    urllib.request.urlopen(f'http://{event}/2018-06-01/runtime/invocation/next', timeout=20).read()"
    )
    assert bench.python(source, runner, name="thief").failure(address)["errorType"] in {
        "RemoteDisconnected",
        "ConnectionResetError",
        "URLError",
    }
    assert address == victim.value()


def test_a_runtime_answers_only_the_event_that_it_has(bench: Bench) -> None:
    source = (
        "import os, urllib.error, urllib.request\n"
        "def post(path, method='POST'):\n"
        "    address = f\"http://{os.environ['AWS_LAMBDA_RUNTIME_API']}/2018-06-01/runtime/{path}\"\n"
        "    try:\n"
        "        request = urllib.request.Request(address, data=b'{}' if method == 'POST' else None, method=method)\n"
        "        return urllib.request.urlopen(request).status\n"
        "    except urllib.error.HTTPError as error:\n"
        "        return error.code\n"
        "def handler(event, context):\n"
        "    return [post('invocation/other/response'), post('invocation/next', 'GET'), post('init/error'),\n"
        "            post('nowhere'), post(f'invocation/{context.aws_request_id}/other')]"
    )
    assert [400, 403, 404, 404, 404] == bench.python(source).value()


def test_in_bubblewrap_a_function_sees_nothing_of_the_disk_but_programs(enclosed: Bench, tmp_path: Path) -> None:
    secret = tmp_path / "master.key"
    secret.write_text("secret")
    source = (
        "import os\ndef handler(event, context):\n"
        "    places = (event, '/etc/shadow', '/etc/ssl/private', '/home', '/var/log', '/run')\n"
        "    return [os.path.exists(place) for place in places], os.listdir('/tmp'), os.listdir('/var/task')"
    )
    assert [[False] * 6, BELOW_TMP, ["app.py"]] == enclosed.python(source).value(str(secret))


def test_in_bubblewrap_a_function_writes_to_its_own_folder_alone(enclosed: Bench, tmp_path: Path) -> None:
    source = (
        "import os\ndef handler(event, context):\n"
        "    found = []\n"
        "    for folder, _, _ in os.walk('/'):\n"
        "        if not folder.startswith('/proc') and os.access(folder, os.W_OK):\n            found.append(folder)\n"
        "    open('/tmp/mine', 'w').write('x')\n"
        "    return found"
    )
    assert ["/tmp"] == enclosed.python(source).value()  # noqa: S108 - inside, it is its own
    (mine,) = tmp_path.glob("functions/runner-*/scratch-*/mine")
    assert "x" == mine.read_text()


def test_in_bubblewrap_a_function_sees_no_other_process_and_is_not_root(enclosed: Bench) -> None:
    source = (
        "import os\ndef handler(event, context):\n"
        "    return os.getuid(), os.getgroups(), [n for n in os.listdir('/proc') if n.isdigit() and int(n) > 50]"
    )
    user, _, others = enclosed.python(source).value()
    assert user != 0
    assert [] == others


def test_in_bubblewrap_a_function_cannot_reach_processes_outside(enclosed: Bench) -> None:
    source = (
        "import os, signal\ndef handler(event, context):\n"
        "    try:\n        os.kill(event, 0)\n    except OSError as error:\n        return type(error).__name__"
    )
    assert enclosed.python(source).value(os.getpid()) in {"ProcessLookupError", "PermissionError"}


def test_in_bubblewrap_a_function_has_so_many_processes_and_no_more(enclosed: Bench) -> None:
    source = (
        "import threading\nstop = threading.Event()\ndef handler(event, context):\n"
        "    n = 0\n"
        "    try:\n"
        "        for n in range(60):\n            threading.Thread(target=stop.wait, daemon=True).start()\n"
        "    except RuntimeError:\n        pass\n"
        "    return n"
    )
    assert enclosed.python(source, enclosed.runner(threads=30)).value() < 30


def test_in_bubblewrap_two_processes_of_a_function_do_not_share_their_files(enclosed: Bench) -> None:
    source = (
        "import os\ndef handler(event, context):\n    open('/tmp/' + event, 'w').close()\n    return os.listdir('/tmp')"
    )
    runner = enclosed.runner()
    assert {"a", *BELOW_TMP} == set(enclosed.python(source, runner, name="one").value("a"))
    assert {"b", *BELOW_TMP} == set(enclosed.python(source, runner, name="two").value("b"))


def test_the_best_isolation_that_works_is_chosen(tmp_path: Path, isolation: str) -> None:
    assert isolation == choose(isolation, tmp_path).kind
    assert choose("auto", tmp_path).kind in {"bubblewrap", "user", "limits"}


def _ask(connection: http.client.HTTPConnection) -> None:
    connection.request("GET", "/2018-06-01/runtime/invocation/next")
    connection.getresponse()


def test_a_user_of_its_own_needs_folders_that_are_open_to_all(tmp_path: Path) -> None:
    tmp_path.chmod(0o700)
    with pytest.raises(IsolationUnavailableError, match="user"):
        choose("user", tmp_path)


def test_a_function_cannot_hold_memory_that_nobody_counts(bench: Bench) -> None:
    source = (
        "import ctypes, os\n"
        "def tried(act):\n"
        "    try:\n        return act()\n"
        "    except OSError as error:\n        return error.errno\n"
        "def handler(event, context):\n"
        "    libc = ctypes.CDLL(None, use_errno=True)\n"
        "    found = [tried(lambda: os.memfd_create('x'))]\n"
        "    for call in (lambda: libc.shmget(0, 4096, 0o1600), lambda: libc.unshare(0x10000000), lambda: libc.msgget(0, 0o1600)):\n"
        "        found.append(ctypes.get_errno() if call() < 0 else 0)\n"
        "    return found"
    )
    assert [errno.ENOSYS] * 4 == bench.python(source).value()


def test_a_function_starts_threads_and_programs_under_the_filter(bench: Bench) -> None:
    source = (
        "import subprocess, sys, threading\n"
        "def handler(event, context):\n"
        "    thread = threading.Thread(target=lambda: None)\n    thread.start()\n    thread.join()\n"
        "    inner = 'import os\\ntry:\\n    os.memfd_create(\"x\")\\nexcept OSError as error:\\n    print(error.errno)'\n"
        "    return subprocess.run([sys.executable, '-c', inner], capture_output=True, text=True).stdout"
    )
    assert f"{errno.ENOSYS}\n" == bench.python(source).value()


def test_what_lies_beside_programs_is_not_seen(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "lib").mkdir()
    (tmp_path / "master.key").write_text("secret")
    monkeypatch.setattr(sys, "prefix", str(tmp_path))
    seen = runtimes.programs()
    assert tmp_path / "lib" in seen
    assert not any((tmp_path / "master.key").is_relative_to(path) for path in seen)


def test_in_bubblewrap_only_programs_and_libraries_are_seen_of_the_system(enclosed: Bench) -> None:
    found = enclosed.python("import os\ndef handler(event, context):\n    return os.listdir('/usr')").value()
    assert {"src", "games", "include"}.isdisjoint(found)
    assert {"bin", "lib"} <= {*found}
