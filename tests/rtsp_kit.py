# SPDX-License-Identifier: Apache-2.0
"""A camera that speaks RTSP: a clip that ffmpeg sends at its own pace, handed on to whoever
asks for it, over the connection itself (RTP interleaved)."""

import atexit
import pathlib
import socket
import subprocess
import threading
import time


class Camera:
    def __init__(self, clip, folder, port=0, redirect=None, rate=1):
        """redirect: an address that it sends on to instead of showing anything. rate: how many
        times faster than its own clock it sends. `sent`: when, by a frame's time (1/90000 s)."""
        self.redirect = redirect
        self.sent = {}
        self.viewers, self.lock = [], threading.Lock()
        self.rtp = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        self.rtp.bind(("127.0.0.1", 0))
        self.listener = socket.socket()
        self.listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        self.listener.bind(("127.0.0.1", port))
        self.listener.listen()
        self.port = self.listener.getsockname()[1]
        self.url = f"rtsp://127.0.0.1:{self.port}/live"
        sdp = pathlib.Path(folder) / f"{self.port}.sdp"
        sdp.unlink(missing_ok=True)
        self.sender = subprocess.Popen(
            ["ffmpeg", "-v", "error", "-readrate", str(rate), "-stream_loop", "-1", "-i", str(clip), "-an", "-c:v",
             "copy", "-f", "rtp", "-sdp_file", str(sdp),
             f"rtp://127.0.0.1:{self.rtp.getsockname()[1]}"], stdin=subprocess.DEVNULL)
        atexit.register(self.sender.kill)
        while not sdp.exists() or not sdp.read_text().strip():
            time.sleep(0.02)
        lines = [line for line in sdp.read_text().splitlines() if not line.startswith("SDP")]
        self.sdp = "\r\n".join([*lines, "a=control:track"]) + "\r\n"
        for work in (self.relay, self.accept):
            threading.Thread(target=work, daemon=True).start()

    def relay(self):
        while True:
            try:
                packet = self.rtp.recv(65536)
            except OSError:
                return
            self.sent[int.from_bytes(packet[4:8], "big")] = time.monotonic()
            with self.lock:
                viewers = list(self.viewers)
            for viewer in viewers:
                try:
                    viewer.sendall(b"$\x00" + len(packet).to_bytes(2, "big") + packet)
                except OSError:
                    with self.lock:
                        self.viewers = [v for v in self.viewers if v is not viewer]

    def accept(self):
        while True:
            try:
                viewer, _ = self.listener.accept()
            except OSError:
                return
            threading.Thread(target=self.talk, args=(viewer,), daemon=True).start()

    def talk(self, viewer):
        rest = b""
        while True:
            while b"\r\n\r\n" not in rest:
                try:
                    more = viewer.recv(4096)
                except OSError:
                    return
                if not more:
                    return
                rest += more
                while rest[:1] == b"$" and len(rest) >= 4:  # its reports
                    rest = rest[4 + int.from_bytes(rest[2:4], "big"):]
            head, _, rest = rest.partition(b"\r\n\r\n")
            lines = head.decode().split("\r\n")
            method = lines[0].split()[0]
            cseq = next(x.split(":")[1].strip() for x in lines if x.lower().startswith("cseq"))
            extra, body, status = "Session: 1\r\n", "", "200 OK"
            if method == "OPTIONS":
                extra = "Public: OPTIONS, DESCRIBE, SETUP, PLAY, TEARDOWN\r\n"
            elif method == "DESCRIBE" and self.redirect:
                status, extra = "302 Found", f"Location: {self.redirect}\r\n"
            elif method == "DESCRIBE":
                body = self.sdp
                extra = f"Content-Type: application/sdp\r\nContent-Length: {len(body)}\r\n"
            elif method == "SETUP":
                extra += "Transport: RTP/AVP/TCP;unicast;interleaved=0-1\r\n"
            try:
                viewer.sendall(f"RTSP/1.0 {status}\r\nCSeq: {cseq}\r\n{extra}\r\n{body}".encode())
            except OSError:
                return
            if method == "PLAY":
                with self.lock:
                    self.viewers.append(viewer)

    def end(self):
        """Gone at once, as when its plug is pulled."""
        self.sender.kill()
        self.sender.wait()
        self.listener.shutdown(socket.SHUT_RDWR)
        self.listener.close()
        self.rtp.close()
        with self.lock:
            for viewer in self.viewers:
                viewer.shutdown(socket.SHUT_RDWR)
                viewer.close()
            self.viewers = []
