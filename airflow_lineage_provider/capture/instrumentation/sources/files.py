"""Files that Python opens, renames, links and deletes by name, told by the interpreter's audit events."""

from __future__ import annotations

import logging
import os
import stat
import sys
from collections.abc import Callable
from types import ModuleType
from typing import Any

from airflow_lineage_provider.capture.instrumentation.noise import is_for_temporary, is_temporary
from airflow_lineage_provider.capture.instrumentation.observer import MAX_NAMES, OBSERVER
from airflow_lineage_provider.capture.instrumentation.patches import Patches
from airflow_lineage_provider.capture.instrumentation.sighting import Act, Trace

MAX_FOLDERS = 10_000
MAX_ALIASES = 50_000
"""Folders and spellings remembered; beyond that all are forgotten and looked at again."""
_MAX_PATH = 4096
MAX_MADE_UP = 300
"""Beginnings of noisy paths, names that ``tempfile`` made up with a prefix of somebody's own among them."""
_READ = os.O_RDONLY
_ACCESS = os.O_RDONLY | os.O_WRONLY | os.O_RDWR
_NO_FILE = os.O_DIRECTORY | getattr(os, "O_PATH", 0)
_NO_FOLDER = -1
"""What the events of ``os`` give where no ``dir_fd`` was given. A path relative to one is nothing we could name."""
_SETTLED = {os.O_RDONLY: Trace.INPUT | Trace.OUTPUT, os.O_WRONLY: Trace.OUTPUT}
"""Traces to which one more opening adds nothing."""

Hook = Callable[[str, tuple[Any, ...]], None]


class FileWatch:
    """Makes acts on files of audit events.

    Events come before the deed, which may fail: what does not exist when the attempt ends is left out there, and
    what must not exist or has to (``x``, rename, delete) is looked up here.
    """

    def __init__(self) -> None:
        self.events: set[str] = set()
        """Empty while files are not observed: a hook cannot be removed."""
        self.handlers: dict[str, Callable[..., None]] = {
            "open": self.opened,
            "os.rename": self.renamed,
            "os.remove": self.removed,
            "os.truncate": self.truncated,
            "os.link": self.linked,
            "os.symlink": self.symlinked,
            "os.chdir": self.moved_away,
            "shutil.rmtree": self.removed_tree,
            "tempfile.mkdtemp": self.made_up,
            "tempfile.mkstemp": self.made_up,
        }
        self.plain: set[str] = set()
        """Folders, as absolute paths spelled in the plain way, in which every file may be data. Never the root: what
        stands before the last slash of ``/x`` is what stands before the one of ``x``, which is relative."""
        self._noisy: set[str] = set()
        """Folders in which none is."""
        self._names: dict[object, str | None] = {}
        """Absolute names of paths that were given otherwise."""
        self._directory: str | None = None
        self._has_folder_open = False
        """Whether ``os.open`` was given a folder: from then on a relative path may be relative to that one, which
        the event does not tell."""

    def begin(self) -> None:
        self._forget()
        self.events.update(self.handlers)

    def end(self) -> None:
        self.events.clear()
        self._forget()

    def opened(self, path: object, mode: str | None, flags: int) -> None:
        """``open``, ``os.open`` and what is made of them. ``mode`` is ``None`` for ``os.open``."""
        access = flags & _ACCESS
        if mode is None and (
            self._is_relative_to_folder(path) or (access == _READ and self._is_folder(path))
        ):
            return
        name = self._data(path)
        if name is None:
            return
        if access == _READ:
            # That it may be a folder, which cannot be opened so, is found out when the attempt ends: once, not here.
            OBSERVER.saw(Act.READ, name)
            return
        # tempfile opens a folder in order to have a file in it opened.
        if flags & _NO_FILE or _is_directory(name) or (flags & os.O_EXCL and os.path.lexists(name)):
            return
        is_update = access == os.O_RDWR and not flags & os.O_TRUNC and not _is_empty(name)
        OBSERVER.saw(Act.UPDATE if is_update else Act.WRITE, name)

    def renamed(
        self, source: object, target: object, source_folder: int = -1, target_folder: int = -1
    ) -> None:
        if source_folder != _NO_FOLDER or target_folder != _NO_FOLDER:
            return
        place = self._name(source)
        mode = None if place is None else _mode(place)
        if mode is None:
            return
        is_file = not stat.S_ISDIR(mode)
        if _is_refused(is_file, self._name(target)):
            return
        old, new = self._data(source), self._data(target)
        if old is not None and new is not None:
            OBSERVER.renamed(old, new, is_file=is_file)
        elif old is not None:
            OBSERVER.saw(Act.DELETE, old)
        elif new is not None:
            OBSERVER.saw(Act.WRITE, new)

    def removed(self, path: object, folder: int = _NO_FOLDER) -> None:
        name = self._data(path) if folder == _NO_FOLDER else None
        if name is not None and os.path.lexists(name):
            OBSERVER.saw(Act.DELETE, name)

    def removed_tree(self, path: object, folder: int | None = None) -> None:
        name = self._data(path) if folder is None else None
        if name is not None:
            OBSERVER.removed_tree(name)

    def truncated(self, path: object, length: int) -> None:
        name = self._data(path)
        if name is not None:
            OBSERVER.saw(Act.UPDATE if length else Act.WRITE, name)

    def linked(
        self, source: object, target: object, source_folder: int = -1, target_folder: int = -1
    ) -> None:
        if source_folder == _NO_FOLDER and target_folder == _NO_FOLDER:
            self._copied(source, target)

    def symlinked(self, source: object, target: object, target_folder: int = _NO_FOLDER) -> None:
        place = self._name(target) if target_folder == _NO_FOLDER else None
        if place is not None and isinstance(source, str | bytes):
            self._copied(os.path.join(os.path.dirname(place), os.fsdecode(source)), target)

    def moved_away(self, directory: object) -> None:
        """``chdir`` is about to happen: where to, the next relative path asks."""
        self._directory = None
        self._names.clear()

    def made_up(self, path: object) -> None:
        """``tempfile`` has found a name. One outside the folders for temporary files may be meant to stay."""
        name = self._name(path)
        if (
            name is not None
            and is_for_temporary(name)
            and not is_temporary(name)
            and len(OBSERVER.noisy) < MAX_MADE_UP
        ):
            OBSERVER.noisy += (name,)

    def log_opened(self, handler: Any, args: tuple[Any, ...], kwargs: dict[str, Any], result: Any) -> None:
        """``logging`` has opened a file; those that it turns over to begin with the same name."""
        name = self._name(handler.baseFilename)
        if name is not None and name not in OBSERVER.noisy and len(OBSERVER.noisy) < MAX_MADE_UP:
            OBSERVER.noisy += (name,)

    def _is_relative_to_folder(self, path: object) -> bool:
        if not self._has_folder_open or not isinstance(path, str | bytes | os.PathLike):
            return False
        return not os.path.isabs(os.fspath(path))

    def _is_folder(self, path: object) -> bool:
        name = self._name(path)
        if name is None or not _is_directory(name):
            return False
        self._has_folder_open = True
        return True

    def _copied(self, source: object, target: object) -> None:
        """One more name for a file. Links to folders are no data."""
        place = self._name(source)
        if place is None or not stat.S_ISREG(_mode(place) or 0):
            return
        for act, name in ((Act.READ, self._data(source)), (Act.WRITE, self._data(target))):
            if name is not None:
                OBSERVER.saw(act, name)

    def _data(self, path: object) -> str | None:
        """Absolute path of what may be data."""
        name = self._name(path)
        if name is None:
            return None
        place = name.rpartition("/")[0]
        if place in self._noisy:
            return None
        if place not in self.plain:
            if len(self._noisy) + len(self.plain) >= MAX_FOLDERS:
                self._noisy.clear()
                self.plain.clear()
            folder = place + "/"
            if folder.startswith(OBSERVER.noisy) or is_temporary(folder):
                self._noisy.add(place)
                return None
            if not is_for_temporary(folder):
                if place:
                    self.plain.add(place)
            elif name.startswith(OBSERVER.noisy):
                return None
        return None if is_temporary(name) else name

    def _name(self, path: object) -> str | None:
        """Absolute path, in so far as there is one: descriptors have none."""
        if type(path) is str and path.startswith("/") and "/." not in path and "//" not in path:
            return path
        if path in self._names:
            return self._names[path]
        if len(self._names) >= MAX_ALIASES:
            self._names.clear()
        name = self._names[path] = self._absolute(path)
        return name

    def _absolute(self, path: object) -> str | None:
        if not isinstance(path, str | bytes | os.PathLike):
            return None
        # Of the very type str: a subclass may have ideas of its own about what is done with it.
        path = str.__str__(os.fsdecode(path))
        if len(path) > _MAX_PATH:
            return None
        if not path.startswith("/"):
            if self._directory is None:
                self._directory = os.getcwd()
            path = f"{self._directory}/{path}"
        return os.path.normpath(path)

    def _forget(self) -> None:
        self._noisy.clear()
        self.plain.clear()
        self._names.clear()
        self._directory = None
        self._has_folder_open = False


def install(module: ModuleType, patches: Patches) -> None:
    """Listen to the audit events of this process until the patches are undone."""
    global _is_hooked
    _WATCH.begin()
    patches.on_undo(_WATCH.end)
    patches.after(logging.FileHandler, "_open", _WATCH.log_opened)
    if not _is_hooked:
        _is_hooked = True
        sys.addaudithook(_hook(_WATCH))


def _hook(watch: FileWatch) -> Hook:
    """The hook, which every audit event of the process goes through, hence its shape.

    What it needs is bound here: modules may be empty already when a process ends.
    """
    events, plain, handlers, opened = watch.events, watch.plain, watch.handlers, watch.opened
    observer, settled, reading = OBSERVER, _SETTLED, Act.READ
    access_bits, read_only, is_input, most = _ACCESS, _READ, Trace.INPUT, MAX_NAMES
    was_settled = settled[os.O_RDONLY]

    def hook(event: str, args: tuple[Any, ...]) -> None:
        if not observer.active or event not in events:
            return
        try:
            if event != "open":
                handlers[event](*args)
                return
            path, mode, flags = args
            access = flags & access_bits
            trace = (traces := observer.traces).get(path)
            if trace is None:
                if (
                    access == read_only
                    and mode is not None
                    and type(path) is str
                    and path.rpartition("/")[0] in plain
                ):
                    if observer.is_plain and len(traces) < most:
                        # What saw() comes to here, without the call: a task may open ten thousand files.
                        traces[path] = is_input
                    else:
                        observer.saw(reading, path)
                    return
            elif trace & (was_settled if access == read_only else settled.get(access, 0)):
                return
            opened(path, mode, flags)
        except Exception as error:
            try:
                observer.failed("files", error)
            except Exception:
                return

    return hook


def _is_directory(name: str) -> bool:
    try:
        # Unlike stat, an answer without an exception where there is nothing.
        return os.access(name + "/", os.F_OK)
    except ValueError:
        # No file has such a name.
        return False


def _is_refused(is_file: bool, target: str | None) -> bool:
    """Whether something cannot get the name of what is there: a folder for a file, a file or a full folder for one."""
    there = None if target is None else _mode(target)
    if target is None or there is None:
        return False
    if is_file or not stat.S_ISDIR(there):
        return is_file == stat.S_ISDIR(there)
    try:
        with os.scandir(target) as entries:
            return next(entries, None) is not None
    except OSError:
        return False


def _is_empty(name: str) -> bool:
    try:
        return os.stat(name).st_size == 0
    except OSError:
        return True


def _mode(name: str) -> int | None:
    try:
        return os.lstat(name).st_mode
    except OSError:
        return None


_WATCH = FileWatch()
_is_hooked = False
