#!/usr/bin/env python3
"""Records the tables of office files as other libraries read them, for `tables.mjs`.

usage: record-tables.py CORPUS > tables.json
needs: openpyxl, python-pptx, pypandoc_binary (pip install)

A table is a list of rows, a row a list of cells' texts; a cell that spans several stands at its
first. Sheets count as tables. Files that a library cannot read are left out.
"""
import datetime, json, pathlib, sys, warnings

import openpyxl, pptx, pypandoc

warnings.filterwarnings("ignore")


def shown(value):
    """A cell's value as a reader would see it, as far as the library tells."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return str(value).upper()
    if isinstance(value, datetime.datetime):
        midnight = value.time() == datetime.time()
        return value.date().isoformat() if midnight else value.isoformat(" ")
    return str(value)


def of_xlsx(path):
    book = openpyxl.load_workbook(path, data_only=True)
    return [[[shown(value) for value in row] for row in sheet.iter_rows(values_only=True)] for sheet in book.worksheets]


def of_pptx(path):
    tables = []

    def walk(shapes):
        for shape in shapes:
            if shape.shape_type == pptx.enum.shapes.MSO_SHAPE_TYPE.GROUP:
                walk(shape.shapes)
            elif getattr(shape, "has_table", False) and shape.has_table:
                tables.append([[cell.text for cell in row.cells] for row in shape.table.rows])

    for slide in pptx.Presentation(path).slides:
        walk(slide.shapes)
    return tables


def text_of(node):
    """All text below a node of pandoc's tree, notes and nested tables aside."""
    if isinstance(node, list):
        return "".join(text_of(item) for item in node)
    if not isinstance(node, dict):
        return ""
    kind, content = node.get("t"), node.get("c")
    if kind in ("Space", "SoftBreak", "LineBreak"):
        return " "
    if kind in ("Str",):
        return content
    if kind in ("Code", "CodeBlock", "Math", "RawInline"):
        return content[-1]
    if kind in ("Note", "Table"):
        return ""
    return text_of(content) + (" " if kind in ("Para", "Plain", "Header") else "")


def grid(rows):
    """Puts cells in their columns: what spans several leaves the others empty."""
    taken, lines = {}, []
    for at, (_, cells) in enumerate(rows):
        line, column = {}, 0
        for _, _, height, width, blocks in cells:
            while (at, column) in taken:
                column += 1
            line[column] = text_of(blocks).strip()
            taken.update(dict.fromkeys(((at + down, column + right) for down in range(height) for right in range(width)), True))
            column += width
        lines.append([line.get(column, "") for column in range(max(line, default=-1) + 1)])
    return lines


def of_docx(path):
    tables = []

    def walk(node):
        if isinstance(node, list):
            for item in node:
                walk(item)
        elif isinstance(node, dict):
            if node.get("t") == "Table":
                _, _, _, head, bodies, foot = node["c"]
                tables.append(grid(head[1] + [row for _, _, first, rest in bodies for row in first + rest] + foot[1]))
            walk(node.get("c"))

    walk(json.loads(pypandoc.convert_file(str(path), "json"))["blocks"])
    return tables


KINDS = {"xlsx": of_xlsx, "pptx": of_pptx, "docx": of_docx}


def main():
    corpus = pathlib.Path(sys.argv[1])
    files = {}
    for path in sorted(corpus.glob("*/*")):
        reader = KINDS.get(path.suffix[1:])
        if not reader:
            continue
        try:
            tables = reader(path)
        except Exception as error:
            print(f"{path.name}: {error}", file=sys.stderr)
            continue
        tables = [table for table in tables if any(cell for row in table for cell in row)]
        if tables:
            files[path.relative_to(corpus).as_posix()] = tables
    tools = {"openpyxl": openpyxl.__version__, "python-pptx": pptx.__version__, "pandoc": str(pypandoc.get_pandoc_version())}
    json.dump({"tools": tools, "files": files}, sys.stdout, ensure_ascii=False, indent=1)


main()
