"""What a shell command reads and writes, without running it.

``syntax`` parses, ``walker`` follows the command as bash would, ``expansion`` says what each word becomes, and one
file of ``tools`` for each program knows which of its arguments name data.
"""

from __future__ import annotations
