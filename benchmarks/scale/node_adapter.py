"""The Facebook adapter for Node, `botbuilder-adapter-facebook`, with the smallest bot there is."""

import shutil
import subprocess
from pathlib import Path

from benchmarks.scale.processes import DidNotStart, free_port, stopped, until_it_answers

SOURCE = Path(__file__).parent / "node"
SECRET = "a secret of the benchmark"
INSTALL = ("npm", "ci", "--ignore-scripts", "--omit=optional", "--no-fund", "--no-audit", "--loglevel=error")


class NodeAdapter:
    """The process. Raises DidNotStart where Node or its packages cannot be had. Use as a context manager."""

    def __init__(self, folder: Path, graph_url: str) -> None:
        self.folder, self.graph = folder / "node", graph_url.removeprefix("http://")
        self.port, self.app_secret = free_port(), SECRET
        self.webhook = f"http://127.0.0.1:{self.port}/webhook"

    def __enter__(self) -> "NodeAdapter":
        if not (shutil.which("node") and shutil.which("npm")):
            raise DidNotStart("Node is not installed")
        if not (self.folder / "node_modules").is_dir():
            self.folder.mkdir(parents=True, exist_ok=True)
            for name in ("package.json", "package-lock.json", "bot.js"):
                shutil.copyfile(SOURCE / name, self.folder / name)
            if subprocess.run(INSTALL, cwd=self.folder, check=False).returncode:
                raise DidNotStart("npm could not fetch the adapter's packages")
        command = ["node", "bot.js", str(self.port), SECRET, self.graph]
        self._process = subprocess.Popen(command, cwd=self.folder, stderr=subprocess.DEVNULL)
        until_it_answers(f"http://127.0.0.1:{self.port}/healthz", self._process)
        return self

    def __exit__(self, *_: object) -> None:
        stopped(self._process)
