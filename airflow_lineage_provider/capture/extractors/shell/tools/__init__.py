"""What programs do with their arguments, one small file for each program or family. See ``registry``."""

from __future__ import annotations
