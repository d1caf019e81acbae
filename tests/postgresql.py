# SPDX-License-Identifier: Apache-2.0
"""A PostgreSQL server for a test: in a folder of its own, on a socket in that folder."""

import glob
import os
import pathlib
import pwd
import shutil
import subprocess

from kit import skip


class Server:
    def __init__(self, folder, settings=()):
        found = sorted(glob.glob("/usr/lib/postgresql/*/bin/initdb"), key=lambda p: int(p.split("/")[4]))
        initdb = found[-1] if found else shutil.which("initdb")
        if not initdb:
            skip("no initdb: scripts/setup installs PostgreSQL")
        self.bin = pathlib.Path(initdb).resolve().parent
        self.folder, self.run_as = pathlib.Path(folder), []
        self.folder.mkdir()
        if os.geteuid() == 0:  # initdb refuses to work for root
            user = pwd.getpwnam("nobody")
            try:
                user = pwd.getpwnam("postgres")
            except KeyError:
                pass
            os.chown(self.folder, user.pw_uid, user.pw_gid)
            for parent in self.folder.parents:
                if parent.stat().st_uid == 0 and str(parent).startswith("/tmp/"):
                    os.chmod(parent, 0o755)
            self.run_as = ["setpriv", "--reuid", str(user.pw_uid), "--regid", str(user.pw_gid),
                           "--clear-groups"]
        self.call("initdb", "-D", self.folder / "data", "-U", "stance", "-A", "trust", "-E", "UTF8",
                  "--no-sync")
        with open(self.folder / "data/postgresql.conf", "a", encoding="utf-8") as file:
            file.write(f"listen_addresses = ''\nunix_socket_directories = '{self.folder}'\n")
            file.write("\n".join(settings) + "\n")
        self.start()

    def call(self, program, *args):
        subprocess.run([*self.run_as, str(self.bin / program), *map(str, args)], check=True,
                       cwd="/", stdout=subprocess.DEVNULL, timeout=120)

    def start(self):
        self.call("pg_ctl", "-D", self.folder / "data", "-w", "-l", self.folder / "log", "start")

    def stop(self, how="fast"):
        self.call("pg_ctl", "-D", self.folder / "data", "-w", "-m", how, "stop")

    def close(self):
        subprocess.run([*self.run_as, str(self.bin / "pg_ctl"), "-D", str(self.folder / "data"),
                        "-m", "immediate", "stop"], check=False, cwd="/",
                       stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)

    def address(self, database, password=False):
        secret = ":secret" if password else ""
        return f"postgresql://stance{secret}@/{database}?host={self.folder}"

    def create(self, database):
        self.sql("postgres", f"CREATE DATABASE {database}")

    def sql(self, database, query):
        """Rows of texts."""
        done = subprocess.run(
            [str(self.bin / "psql"), "-X", "-A", "-t", "-F", "\x1f", "-v", "ON_ERROR_STOP=1",
             self.address(database), "-c", query],
            stdout=subprocess.PIPE, check=True, timeout=300)
        lines = done.stdout.decode().split("\n")[:-1]
        return [line.split("\x1f") for line in lines if not line.startswith("UPDATE ")]
