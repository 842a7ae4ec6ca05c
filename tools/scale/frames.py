"""The samples as a Parquet file for Spark, and its results as JSON.

frames.py write FOLDER PARTS: writes FOLDER/samples.parquet, a folder with files of consecutive samples
frames.py read FOLDER: prints what FOLDER/results.parquet has, in the order of the samples
"""

import json
import pathlib
import sys

import pyarrow as pa
import pyarrow.parquet as pq


def write(folder, parts):
    lines = (folder / "samples.ndjson").read_text().splitlines()
    target = folder / "samples.parquet"
    target.mkdir()
    size = -(-len(lines) // parts)
    for part in range(parts):
        ids = range(part * size, min(len(lines), (part + 1) * size))
        columns = {"id": pa.array(ids, pa.int64()), "x": pa.array([json.loads(lines[i]) for i in ids])}
        pq.write_table(pa.table(columns), target / f"part-{part:05}.parquet")


def read(folder):
    table = pq.read_table(folder / "results.parquet").sort_by("id")
    columns = {"ids": "id", "results": "result", "y": "y"}
    print(json.dumps({name: table[column].to_pylist() for name, column in columns.items()}))


if __name__ == "__main__":
    if sys.argv[1] == "write":
        write(pathlib.Path(sys.argv[2]), int(sys.argv[3]))
    else:
        read(pathlib.Path(sys.argv[2]))
