"""nginx in front, as docs/deploy.md has it: an answer that it keeps, and a file of its own."""

import contextlib
import shutil
import subprocess
import tempfile
import time
import urllib.request
from collections.abc import Iterator
from pathlib import Path

from bench.registry import Made
from bench.web import Rate, free_port, granian, load, middle, wait_for

ASKED = "/api/v1/educators?last=Johnson"
CONFIG = """
worker_processes 2; daemon off; pid {folder}/nginx.pid; error_log {folder}/error.log;
events {{ worker_connections 512; }}
http {{
  access_log off; client_body_temp_path {folder}/body; fastcgi_temp_path {folder}/fastcgi;
  uwsgi_temp_path {folder}/uwsgi; scgi_temp_path {folder}/scgi; proxy_temp_path {folder}/proxy;
  proxy_cache_path {folder}/kept levels=1:2 keys_zone=kept:10m max_size=200m;
  server {{
    listen 127.0.0.1:{port};
    location / {{
      proxy_pass {app}; proxy_cache kept; proxy_cache_lock on;
      proxy_set_header X-Forwarded-For $remote_addr;
      proxy_set_header Host $host;
    }}
    location /file/ {{ alias {folder}/file/; default_type application/json; }}
  }}
}}
"""


def can_serve() -> bool:
    """Whether nginx is there (`apt-get install nginx-light`)."""
    return shutil.which("nginx") is not None


def measure(made: Made, seconds: int, rounds: int = 3) -> tuple[Rate, Rate]:
    """The answer that nginx keeps, and the same bytes as a file, in turn."""
    with granian("app").running(made) as app, _nginx(app) as front:
        answers, files = [], []
        for _ in range(rounds):
            answers.append(load(front + ASKED, seconds, "kept answer"))
            files.append(load(f"{front}/file/answer.json", seconds, "file"))
    return middle(answers), middle(files)


@contextlib.contextmanager
def _nginx(app: str) -> Iterator[str]:
    folder, port = Path(tempfile.mkdtemp(prefix="cecs-nginx-")), free_port()
    folder.chmod(0o755)
    (folder / "file").mkdir()
    with urllib.request.urlopen(app + ASKED) as answer:
        (folder / "file" / "answer.json").write_bytes(answer.read())
    config = folder / "nginx.conf"
    config.write_text(CONFIG.format(folder=folder, port=port, app=app))
    running = subprocess.Popen(["nginx", "-c", str(config), "-p", str(folder)])
    try:
        wait_for(f"http://127.0.0.1:{port}/file/answer.json")
        yield f"http://127.0.0.1:{port}"
    finally:
        running.terminate()
        running.wait(10)
        time.sleep(0.1)
        shutil.rmtree(folder)
