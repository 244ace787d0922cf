"""SQL files cut into statements, with their parameters filled in."""

import pathlib

HERE = pathlib.Path(__file__).parent


def statements(name, **parameters):
    """The statements of a file of `peers/`, in order."""
    text = (HERE / name).read_text()
    for key, value in parameters.items():
        text = text.replace("{" + key + "}", str(value))
    lines = (line for line in text.splitlines() if not line.startswith("--"))
    return [piece for piece in "\n".join(lines).split(";\n") if piece.strip()]
