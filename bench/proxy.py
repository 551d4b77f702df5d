"""nginx in front, as docs/deploy.md has it: an answer that it keeps, and a file of its own.

Both are the same bytes with the same headers, asked for in the same way, and both are logged and
sent as by the nginx.conf that Debian ships. An
answer that is kept costs a key, a look into what is kept, and its headers read from the disk's
cache, some microseconds in all; so both are asked in many short turns, whose middle counts.
"""

import contextlib
import shutil
import statistics
import subprocess
import tempfile
import time
import urllib.request
from collections.abc import Iterator
from email.message import Message
from pathlib import Path
from urllib.parse import urlsplit

from bench.load import Question, load
from bench.registry import Made
from bench.servers import free_port, granian, wait_for

ASKED = "/api/v1/educators?last=Johnson"
ROUNDS = 9
# What nginx says of a file by itself.
ITS_OWN = {
    "connection", "content-length", "content-type", "date", "server", "etag", "last-modified",
}  # fmt: skip
CONFIG = """
worker_processes 2; daemon off; pid {folder}/nginx.pid; error_log {folder}/error.log;
events {{ worker_connections 512; }}
http {{
  access_log {folder}/access.log; sendfile on; tcp_nopush on;
  client_body_temp_path {folder}/body; fastcgi_temp_path {folder}/fastcgi;
  uwsgi_temp_path {folder}/uwsgi; scgi_temp_path {folder}/scgi; proxy_temp_path {folder}/proxy;
  proxy_cache_path {folder}/kept levels=1:2 keys_zone=kept:10m max_size=200m use_temp_path=off;
  open_file_cache max=10000 inactive=60s;
  keepalive_requests 1000000;
  upstream cecs {{ server {app}; keepalive 16; }}
  server {{
    listen 127.0.0.1:{port};
    proxy_http_version 1.1;
    proxy_set_header Connection "";
    proxy_set_header Host $host;
    proxy_set_header X-Forwarded-For $remote_addr;
    location /api/ {{
      proxy_pass http://cecs;
      proxy_cache kept; proxy_cache_lock on; proxy_cache_revalidate on;
      proxy_cache_key "$request_uri $http_api_version"; proxy_ignore_headers Vary;
    }}
    location /file/ {{
      alias {folder}/file/; default_type application/json; {headers}
    }}
  }}
}}
"""


def can_serve() -> bool:
    """Whether nginx is there (`apt-get install nginx-light`)."""
    return shutil.which("nginx") is not None


def measure(made: Made, seconds: float = 1, rounds: int = ROUNDS) -> tuple[float, float]:
    """A second, the answer that nginx keeps, and that of the same bytes as a file."""
    kept, files = [], []
    with granian("app").running(made) as app, _nginx(app) as front:
        answer = Question("kept answer", front + ASKED)
        file = Question("file", f"{front}/file/answer.json")
        load(answer, 1)
        for _ in range(rounds):
            kept.append(load(answer, seconds).a_second)
            files.append(load(file, seconds).a_second)
    return statistics.median(kept), statistics.median(files)


@contextlib.contextmanager
def _nginx(app: str) -> Iterator[str]:
    folder, port = Path(tempfile.mkdtemp(prefix="cecs-nginx-")), free_port()
    folder.chmod(0o755)
    (folder / "file").mkdir()
    with urllib.request.urlopen(app + ASKED) as answer:
        (folder / "file" / "answer.json").write_bytes(answer.read())
        headers = _same(answer.headers)
    config = folder / "nginx.conf"
    places = {"folder": folder, "port": port, "app": urlsplit(app).netloc}
    config.write_text(CONFIG.format(**places, headers=headers))
    running = subprocess.Popen(["nginx", "-c", str(config), "-p", str(folder)])
    try:
        wait_for(f"http://127.0.0.1:{port}/file/answer.json")
        yield f"http://127.0.0.1:{port}"
    finally:
        running.terminate()
        running.wait(10)
        time.sleep(0.1)
        shutil.rmtree(folder)


def _same(headers: Message) -> str:
    """The headers of an answer, for the file."""
    more = ((name, value) for name, value in headers.items() if name.lower() not in ITS_OWN)
    return " ".join(f'add_header {name} "{value}";' for name, value in more)
