"""The jars of Apache Kafka: fetched once with Maven, and kept in the user's cache folder."""

import fcntl
import hashlib
import os
import shutil
import subprocess
import tempfile
from pathlib import Path

POM = Path(__file__).with_name("pom.xml")
FETCHED_WITHIN_S = 300.0


class JarsError(RuntimeError):
    """Maven cannot fetch the jars."""


def tools_are_there() -> bool:
    """Whether there is what real Kafka needs: Java, and Maven to fetch it."""
    return all(shutil.which(tool) for tool in ("java", "mvn"))


def jars() -> Path:
    """Return the folder with the jars that `pom.xml` names; the first to ask fetches them, others wait.

    Raises
    ------
    JarsError
        Maven fails.
    """
    cache = Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache") / "brandmelder"
    folder = cache / f"kafka-{hashlib.sha256(POM.read_bytes()).hexdigest()[:12]}"
    if folder.exists():
        return folder
    cache.mkdir(parents=True, exist_ok=True)
    with (cache / "lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)  # goes with the process, however that ends
        if not folder.exists():
            with tempfile.TemporaryDirectory(dir=cache) as unfinished:
                _fetch(Path(unfinished) / "jars")
                (Path(unfinished) / "jars").rename(folder)  # all of them or none
    return folder


def _fetch(folder: Path) -> None:
    command = ["mvn", "--quiet", "--batch-mode", "--file", str(POM), "dependency:copy-dependencies"]
    command += ["-DincludeScope=runtime", f"-DoutputDirectory={folder}"]
    try:
        done = subprocess.run(command, capture_output=True, text=True, timeout=FETCHED_WITHIN_S, check=False)
    except subprocess.TimeoutExpired as error:
        raise JarsError(f"Maven did not fetch Apache Kafka within {FETCHED_WITHIN_S:g} s") from error
    if done.returncode:
        raise JarsError(f"Maven cannot fetch Apache Kafka: {done.stdout[-2000:]}{done.stderr[-2000:]}")
