"""Scores tables with ONNX models: onnx_score.py MODEL TABLE OUT [MODEL TABLE OUT ...].

The table is tab-separated; its header says of each column its type and its name, as in
n:seats, b:renews or t:plan. A missing value is \\N; \\t, \\n and \\\\ are escapes.
"""
import sys

import numpy as np
import onnxruntime


def text(cell):
    if cell == "\\N":
        return ""
    return cell.replace("\\\\", "\0").replace("\\t", "\t").replace("\\n", "\n").replace("\\r", "\r").replace("\0", "\\")


def score(model, table, out):
    with open(table, encoding="utf-8", newline="\n") as f:
        rows = [line.rstrip("\n").split("\t") for line in f]
    head, rows = rows[0], rows[1:]
    session = onnxruntime.InferenceSession(model, providers=["CPUExecutionProvider"])
    wanted = {i.name for i in session.get_inputs()}
    feeds = {}
    for j, column in enumerate(head):
        kind, name = column[0], text(column[2:])
        if name not in wanted:
            continue
        cells = [row[j] for row in rows]
        if kind == "t":
            feeds[name] = np.array([text(c) for c in cells], dtype=object)
        else:
            feeds[name] = np.array([float("nan") if c == "\\N" else float(c) for c in cells], dtype=np.float64)
    p, health, band = session.run(["p", "health", "band"], feeds)
    with open(out, "w", encoding="utf-8", newline="\n") as f:
        for i in range(len(rows)):
            f.write(f"{float(p[i])!r}\t{float(health[i])!r}\t{band[i]}\n")


for i in range(1, len(sys.argv), 3):
    score(*sys.argv[i : i + 3])
