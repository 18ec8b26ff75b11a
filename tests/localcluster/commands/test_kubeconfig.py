"""The kubeconfig that all share: contexts come and go, all else stays."""

from __future__ import annotations

import signal
import subprocess
import sys
import threading

import pytest
import yaml
from hypothesis import given, settings
from hypothesis import strategies as st

from helpers.localcluster import kubeconfig
from helpers.localcluster.kubeconfig import KubeconfigError, add, drop, servers

OTHERS = """\
apiVersion: v1
kind: Config
current-context: work
extensions: [{name: mine, extension: {on: yes, when: 2026-01-01T00:00:00Z}}]
clusters:
- name: work
  cluster: {server: "https://work.example"}
contexts:
- name: work
  context: {cluster: work, user: me}
users:
- name: me
  user: {token: '0x10', password: "0123"}
"""


def of(name, provider="kind", server="https://172.16.100.2:6443", user=None):
    entry = f"{provider}-{name}"
    user = user or entry
    return (
        f"current-context: {name}\n"
        f"clusters: [{{name: {entry}, cluster: {{server: '{server}'}}}}]\n"
        f"contexts: [{{name: {name}, context: {{cluster: {entry}, user: {user}}}}}]\n"
        f"users: [{{name: {user}, user: {{token: secret-{name}}}}}]\n"
    )


@pytest.fixture
def config(tmp_path, monkeypatch):
    file = tmp_path / "config"
    file.write_text(OTHERS)
    monkeypatch.setenv("KUBECONFIG", str(file))
    return file


def put(tmp_path, name, **what):
    file = tmp_path / f"{name}.new"
    file.write_text(of(name, **what))
    add(file)
    return file


def names(file, kind="contexts"):
    return [entry["name"] for entry in yaml.safe_load(file.read_text())[kind] or []]


def test_a_cluster_is_put_in_and_all_else_stays(config, tmp_path):
    source = put(tmp_path, "smiley")
    assert names(config) == ["work", "smiley"]
    assert names(config, "clusters") == ["work", "kind-smiley"]
    before, after = yaml.safe_load(OTHERS), yaml.safe_load(config.read_text())
    for kind in ("clusters", "contexts", "users"):
        assert before[kind] == after[kind][:1]
    assert before["current-context"] == after["current-context"]
    # As they were written: a token stays 0x10, a date stays one.
    assert "token: '0x10'\n" in config.read_text()
    assert "when: 2026-01-01T00:00:00Z\n" in config.read_text()
    assert not source.exists(), "it holds a secret and is needed no more"


def test_the_server_of_a_context_is_that_of_its_cluster(config, tmp_path):
    put(tmp_path, "smiley", server="https://[fd00::2]:6443")
    assert servers() == {"work": "https://work.example", "smiley": "https://[fd00::2]:6443"}


def test_a_cluster_made_anew_replaces_its_entries(config, tmp_path):
    put(tmp_path, "smiley")
    put(tmp_path, "smiley", server="https://172.16.100.9:6443")
    assert names(config) == ["work", "smiley"]
    assert servers()["smiley"] == "https://172.16.100.9:6443"


def test_where_there_was_none_the_context_becomes_the_current_one(config, tmp_path):
    config.unlink()
    put(tmp_path, "smiley")
    assert yaml.safe_load(config.read_text())["current-context"] == "smiley"
    assert config.stat().st_mode & 0o777 == 0o600


def test_what_put_it_in_takes_it_out_with_cluster_and_user(config, tmp_path):  # defect 31
    before = yaml.safe_load(OTHERS)
    put(tmp_path, "cdn", provider="k3d", user="admin@k3d-cdn")
    drop(("cdn", "k3d-cdn"))
    assert yaml.safe_load(config.read_text()) == before


def test_what_another_context_uses_stays(config, tmp_path):
    put(tmp_path, "smiley")
    text = config.read_text()
    more = "- name: mine\n  context:\n    cluster: kind-smiley\n    user: me\n"
    config.write_text(text.replace("contexts:\n", f"contexts:\n{more}"))
    drop(("smiley", "kind-smiley"))
    assert names(config) == ["mine", "work"]
    assert names(config, "clusters") == ["work", "kind-smiley"]
    assert names(config, "users") == ["me"]


def test_a_current_context_that_goes_leaves_none(config, tmp_path):
    config.unlink()
    put(tmp_path, "smiley")
    drop(("smiley",))
    assert yaml.safe_load(config.read_text())["current-context"] == ""


def test_what_is_not_there_is_dropped_without_a_word_or_a_change(config):
    before = config.stat().st_mtime_ns
    drop(("smiley",))
    assert config.stat().st_mtime_ns == before


def test_of_several_files_the_first_that_exists_is_written_and_all_are_cleared(
    tmp_path, monkeypatch, config
):
    absent, second = tmp_path / "absent", tmp_path / "second"
    second.write_text(of("smiley"))
    monkeypatch.setenv("KUBECONFIG", f"{absent}:{config}:{second}")
    put(tmp_path, "color")
    assert names(config) == ["work", "color"]
    drop(("smiley", "color"))
    assert names(config) == ["work"]
    assert names(second) == []
    assert not absent.exists()


def test_many_at_a_time_lose_nothing(config, tmp_path):
    wanted = [f"c{number}" for number in range(12)]
    threads = [threading.Thread(target=put, args=(tmp_path, name)) for name in wanted]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(names(config)) == sorted(["work", *wanted])


def test_a_lock_that_stays_is_an_error_that_says_what_to_do(config, tmp_path, monkeypatch):
    monkeypatch.setattr(kubeconfig, "_PATIENCE", 0.1)
    (tmp_path / "config.lock").touch()
    with pytest.raises(KubeconfigError, match=r"is locked by .*config\.lock.*remove it"):
        put(tmp_path, "smiley")
    assert config.read_text() == OTHERS


@pytest.mark.parametrize("text", ["- a list\n", "{ not: yaml", "just words\n"])
def test_what_is_no_kubeconfig_is_an_error_and_stays(config, tmp_path, text):
    config.write_text(text)
    with pytest.raises(KubeconfigError, match="config"):
        put(tmp_path, "smiley")
    assert config.read_text() == text


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_a_signal_waits_until_the_file_is_whole_and_the_lock_gone(config, tmp_path, number):
    """It comes at the worst moment, told by Python itself: when the file is put in its place."""
    source = tmp_path / "smiley.new"
    source.write_text(of("smiley"))
    script = (
        "import os, sys\n"
        "def hook(event, arguments):\n"
        "    if event == 'os.rename':\n"
        f"        os.kill(os.getpid(), {int(number)})\n"
        "sys.addaudithook(hook)\n"
        "from helpers.localcluster.cli.main import main\n"
        "main()\n"
    )
    # -B: bytecode that is written, as in a fresh clone, is put in its place by a rename as well.
    argv = [sys.executable, "-B", "-c", script, "kubeconfig", "add", str(source)]
    done = subprocess.run(argv, capture_output=True, text=True, check=False)
    assert (done.returncode, done.stderr.strip()) == (128 + number, "")
    assert names(config) == ["work", "smiley"]
    assert sorted(path.name for path in tmp_path.iterdir()) == ["config"]


def test_whoever_waits_for_the_lock_can_be_ended(config, tmp_path):
    source = tmp_path / "smiley.new"
    source.write_text(of("smiley"))
    lock = tmp_path / "config.lock"
    lock.touch()
    # It is ended the first time that it sleeps, which is when it waits.
    script = (
        "import os, signal, time\n"
        "time.sleep = lambda seconds: os.kill(os.getpid(), signal.SIGTERM)\n"
        "from helpers.localcluster.cli.main import main\n"
        "main()\n"
    )
    argv = [sys.executable, "-c", script, "kubeconfig", "add", str(source)]
    done = subprocess.run(argv, capture_output=True, text=True, check=False, timeout=60)
    assert (done.returncode, done.stderr) == (143, "")
    assert lock.exists(), "it is another one's"
    assert config.read_text() == OTHERS


def test_a_linked_kubeconfig_stays_a_link(config, tmp_path, monkeypatch):
    link = tmp_path / "link"
    link.symlink_to(config)
    monkeypatch.setenv("KUBECONFIG", str(link))
    put(tmp_path, "smiley")
    assert link.is_symlink()
    assert names(config) == ["work", "smiley"]


VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=8),
    lambda inner: (
        st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=6), inner, max_size=3)
    ),
    max_leaves=8,
)


@settings(max_examples=60, deadline=None)
@given(st.dictionaries(st.text(max_size=6), VALUES, max_size=4))
def test_whatever_others_wrote_is_written_back_as_it_was(tmp_path_factory, others):
    folder = tmp_path_factory.mktemp("any")
    for key in ("clusters", "contexts", "users", "current-context"):
        others.pop(key, None)
    file = folder / "config"
    file.write_text(yaml.safe_dump({**yaml.safe_load(OTHERS), **others}))
    before = yaml.safe_load(file.read_text())
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("KUBECONFIG", str(file))
        put(folder, "smiley")
        drop(("smiley",))
    assert yaml.safe_load(file.read_text()) == before


def test_kubectl_reads_what_was_written(config, tmp_path):
    put(tmp_path, "smiley")
    try:
        done = subprocess.run(
            ["kubectl", "--kubeconfig", str(config), "config", "get-contexts", "-o", "name"],
            capture_output=True,
            text=True,
            check=True,
        )
    except FileNotFoundError:
        pytest.skip("kubectl is not on PATH; `make test-tools` installs one")
    assert sorted(done.stdout.split()) == ["smiley", "work"]
