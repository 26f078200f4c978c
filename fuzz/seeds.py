"""Makes the seeds of the fuzz targets from the tests' inputs: python3 fuzz/seeds.py

Mutations of packed bytes lead nowhere, so office files become archives whose parts are stored as
they are and told by their local headers alone, without sizes: what is inserted anywhere is then
still read. Large files are left out, and of the others only the parts that readers look at are
taken. What the fuzzer finds is kept elsewhere, see README.md.
"""

import io
import json
import pathlib
import re
import struct
import zipfile

ROOT = pathlib.Path(__file__).resolve().parent.parent
INPUTS = ROOT / "tests" / "inputs"
SEEDS = ROOT / "fuzz" / "seeds"
LARGEST_SEED = 40_000
# Parts that no reader looks at, or that all files have alike.
DULL = re.compile(
    r"theme|slideLayout|slideMaster|printerSettings|docProps|webSettings|fontTable|tableStyles"
    r"|presProps|viewProps|media/|embeddings|thumbnail|\.bin$|customXml|calcChain|colors|quickStyle"
    r"|/layout\d|notesMaster|handoutMaster"
)


def put(target, name, content):
    folder = SEEDS / target
    folder.mkdir(parents=True, exist_ok=True)
    if isinstance(content, str):
        content = content.encode()
    if len(content) <= LARGEST_SEED:
        (folder / name).write_bytes(content)


def local_part(name, content):
    """A part as a stream writes it: stored, its sizes unknown."""
    name = name.encode()
    head = struct.pack("<4sHHHHHIIIHH", b"PK\3\4", 20, 8, 0, 0, 0, 0, 0, 0, len(name), 0)
    return head + name + content


def unpacked(parts):
    return b"".join(local_part(name, content) for name, content in parts)


def packed(parts):
    """The same as programs write it: deflated, with a directory."""
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in parts:
            entry = zipfile.ZipInfo(name, (1980, 1, 1, 0, 0, 0))
            entry.compress_type = zipfile.ZIP_DEFLATED
            archive.writestr(entry, content)
    return file.getvalue()


def office():
    for kind in ["docx", "pptx", "xlsx"]:
        for path in sorted((INPUTS / kind).glob(f"*.{kind}")):
            with zipfile.ZipFile(path) as archive:
                names = [n for n in archive.namelist() if not DULL.search(n)]
                parts = [(name, archive.read(name)) for name in names]
            small = [(name, content[:12_000]) for name, content in parts]
            put(kind, path.stem, unpacked(small))
            put(kind, f"{path.stem}.packed", packed(parts))


OFFICE = "urn:oasis:names:tc:opendocument:xmlns:"
NAMES = " ".join(
    f'xmlns:{short}="{OFFICE}{long}:1.0"'
    for short, long in [
        ("office", "office"),
        ("text", "text"),
        ("table", "table"),
        ("draw", "drawing"),
        ("style", "style"),
        ("presentation", "presentation"),
    ]
)
BODIES = {
    "odt": """<office:text><text:h text:outline-level="2">Terms</text:h><text:p>Notice is
<text:s text:c="3"/>three<text:tab/>months.<text:note><text:note-body><text:p>A note</text:p>
</text:note-body></text:note></text:p><text:list><text:list-item><text:p>One</text:p>
</text:list-item></text:list><table:table><table:table-row><table:table-cell><text:p>a</text:p>
</table:table-cell><table:covered-table-cell/></table:table-row></table:table></office:text>""",
    "ods": """<office:spreadsheet><table:table table:name="Sheet"><table:table-row
table:number-rows-repeated="3"><table:table-cell table:number-columns-repeated="2"
office:value-type="float" office:value="1.5"><text:p>1.5</text:p></table:table-cell>
</table:table-row></table:table></office:spreadsheet>""",
    "odp": """<office:presentation><draw:page draw:name="p1"><draw:frame
presentation:class="title"><draw:text-box><text:p>A title</text:p></draw:text-box></draw:frame>
<presentation:notes><draw:frame><draw:text-box><text:p>A note</text:p></draw:text-box></draw:frame>
</presentation:notes></draw:page></office:presentation>""",
}
MEDIA = {"odt": "text", "ods": "spreadsheet", "odp": "presentation"}


def open_formats():
    for kind, body in BODIES.items():
        content = f"<office:document-content {NAMES}><office:body>{body}</office:body></office:document-content>"
        media = f"application/vnd.oasis.opendocument.{MEDIA[kind]}".encode()
        parts = [("mimetype", media), ("content.xml", content.encode())]
        put("opendocument", kind, unpacked(parts))
        put("opendocument", f"{kind}.packed", packed(parts))
    container = b"""<container><rootfiles><rootfile full-path="a/book.opf"/></rootfiles></container>"""
    book = b"""<package><metadata><title>A book</title><language>en</language></metadata><manifest>
<item id="c1" href="one.xhtml" media-type="application/xhtml+xml"/><item id="c2" href="two.xhtml"
media-type="application/xhtml+xml"/></manifest><spine><itemref idref="c1"/><itemref idref="c2"/>
</spine></package>"""
    chapter = """<html xmlns="http://www.w3.org/1999/xhtml"><body><h1 id="x">One &amp; two</h1>
<p>Text<br/>über &#8364;</p><ul><li>a</li></ul><table><tr><td>a</td><td>b</td></tr></table>
<pre>code</pre></body></html>""".encode()
    parts = [
        ("mimetype", b"application/epub+zip"),
        ("META-INF/container.xml", container),
        ("a/book.opf", book),
        ("a/one.xhtml", chapter),
        ("a/two.xhtml", chapter),
    ]
    put("epub", "book", unpacked(parts))
    put("epub", "book.packed", packed(parts))


def plain_files():
    for path in sorted((INPUTS / "pdf").glob("*.pdf")):
        put("pdf", path.stem, path.read_bytes())
    put("pdf", "plain", plain_pdf())
    for path in sorted((INPUTS / "html").glob("*.html")):
        put("html", path.stem, path.read_bytes())
    put("html", "forms", HTML)
    for path in sorted((INPUTS / "md").glob("*.md")):
        put("markdown", path.stem, path.read_bytes())
    put("markdown", "readme", (ROOT / "CONTRIBUTING.md").read_bytes()[:6_000])
    for path in sorted((INPUTS / "csv").glob("*.csv")):
        put("csv", path.stem, path.read_bytes())
    put("csv", "quotes", 'a;"b ""c"" d";e\n"x\ny";1,5;\n')
    for path in sorted((INPUTS / "json").iterdir()):
        put("json", path.stem, path.read_bytes())
    put("json", "deep", json.dumps({"a": [{"b": {"c": [1, None, True, "ü\n"]}}] * 3}))
    text = "Grüße: ‘Größe’ 数据库的索引让查询更快。 Привет, мир! שלום こんにちは 안녕하세요"
    for name in ["utf-8", "utf-16", "utf-16-be", "gb18030", "shift_jis", "euc_kr", "cp1251",
                 "cp1252", "big5", "iso2022_jp"]:
        put("charset", name, (text * 4).encode(name, "ignore"))


HTML = """<!doctype html><html lang="de"><head><meta charset="iso-8859-1"><title>A &lt;title&gt;</title>
<base href="https://example.org/a/"><link rel="canonical" href="../b"></head><body><nav><a href="#x">x</a>
</nav><main><h1 id="x">One</h1><p>Two <b>three<p>four<script>var a = "</p>";</script><table><tr><th
colspan="2">a<td rowspan=3>b</table><ul><li>one<ol><li>two</ul><pre> a
 b</pre><template><p>no</template><noscript>n</noscript><svg><text>t</text></svg><math><mi>x</mi></math>
<select><option>o</select><textarea>t</textarea><div hidden>h</div><img alt="i"><!-- c --><![CDATA[d]]>
&amp;&#x20ac;&notanentity;</main></body></html>"""


def plain_pdf():
    """A file whose objects are all readable: text, a form, a map, marked content, an outline."""
    map_ = "begincmap 1 begincodespacerange <00> <ff> endcodespacerange 1 beginbfchar <41> <0042> endbfchar 1 beginbfrange <61> <7a> <0061> endbfrange endcmap"
    content = (
        "BT /F1 12 Tf 72 720 Td (Notice is three months.) Tj 0 -14 Td [(A) -300 (B)] TJ T* "
        "<414243> ' ET q 1 0 0 1 10 10 cm /X1 Do Q /Span <</ActualText (x)>> BDC "
        "BT /F2 9 Tf 1 0 0 1 72 600 Tm (def) Tj ET EMC BI /W 1 /H 1 ID x EI"
    )
    form = "BT /F1 10 Tf 20 20 Td (In a form) Tj ET"

    def stream(dictionary, body):
        return f"<<{dictionary}/Length {len(body)}>>\nstream\n{body}\nendstream"

    objects = [
        "<</Type/Catalog/Pages 2 0 R/Lang(en)/Outlines 9 0 R>>",
        "<</Type/Pages/Kids[3 0 R]/Count 1>>",
        "<</Type/Page/Parent 2 0 R/MediaBox[0 0 612 792]/Contents 4 0 R/Resources<</Font<</F1 5 0 R"
        "/F2 6 0 R>>/XObject<</X1 8 0 R>>>>/Annots[<</Subtype/FreeText/Rect[0 0 9 9]/AP<</N 8 0 R>>>>]>>",
        stream("", content),
        "<</Type/Font/Subtype/Type1/BaseFont/Helvetica/Encoding<</BaseEncoding/WinAnsiEncoding"
        "/Differences[65/A/germandbls]>>/FirstChar 65/LastChar 67/Widths[600 600 600]/ToUnicode 7 0 R>>",
        "<</Type/Font/Subtype/Type0/BaseFont/X/Encoding/Identity-H/DescendantFonts[<</Type/Font"
        "/Subtype/CIDFontType2/BaseFont/X/CIDSystemInfo<</Registry(Adobe)/Ordering(Japan1)"
        "/Supplement 0>>/DW 1000/W[1[500 600]5 9 700]>>]>>",
        stream("", map_),
        stream("/Type/XObject/Subtype/Form/BBox[0 0 99 99]/Matrix[1 0 0 1 5 5]", form),
        "<</Type/Outlines/First 10 0 R/Last 10 0 R/Count 1>>",
        "<</Title(In a form)/Parent 9 0 R/Dest[3 0 R/Fit]>>",
    ]
    file, offsets = "%PDF-1.7\n", []
    for number, body in enumerate(objects, 1):
        offsets.append(len(file))
        file += f"{number} 0 obj\n{body}\nendobj\n"
    start = len(file)
    file += f"xref\n0 {len(objects) + 1}\n0000000000 65535 f \n"
    file += "".join(f"{offset:010} 00000 n \n" for offset in offsets)
    file += f"trailer\n<</Size {len(objects) + 1}/Root 1 0 R>>\nstartxref\n{start}\n%%EOF\n"
    return file


def indexes():
    """The index files, and their sections as the target `index_sections` takes them."""
    order = [1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11]
    for path in sorted((ROOT / "tests" / "compat").glob("*.qai")):
        file = path.read_bytes()
        put("index", path.stem, file)
        (count,) = struct.unpack_from("<I", file, 12)
        framed = b""
        for at in range(24, 24 + 24 * count, 24):
            kind, start, length = struct.unpack_from("<QQQ", file, at)
            body = file[start : start + length]
            framed += bytes([order.index(kind)]) + length.to_bytes(3, "little") + body
            if kind == 8:
                put("document", path.stem, first_document(body))
        put("index_sections", path.stem, framed)


def first_document(documents):
    end = documents.find(b"QAD", 3)
    return documents[: end if end > 0 else None]


def model():
    chunk = '{"choices":[{"delta":{"content":"Three <think>x</think> months [1]."},"finish_reason":null}]}'
    call = (
        '{"choices":[{"delta":{"tool_calls":[{"index":0,"id":"a","function":{"name":"search",'
        '"arguments":"{\\"query\\":1}"}}]},"finish_reason":"tool_calls"}],"usage":{"prompt_tokens":5}}'
    )
    done = "data: [DONE]\n\n"
    put("sse", "stream", f"\x07data: {chunk}\n\ndata: {call}\n\n{done}")
    put("sse", "returns", f"\x01\ufeff: ping\r\nevent: error\rdata:{{\"error\":{{\"message\":\"x\",\"code\":400}}}}\r\n\r\n")
    whole = chunk.replace("delta", "message").replace("null", '"stop"')
    put("sse", "whole", "\x20" + whole)
    put("sse", "dashscope", '\x05data:{"output":{"choices":[{"message":{"content":"A"},"finish_reason":"stop"}]},"usage":{"input_tokens":1,"output_tokens":2}}\n\n')
    plan = '{"information": "May I keep a dog?", "instruction": "Be brief", "keywords": [{"text": "dog", "language": "en"}, "Hund"], "effort": "read",}'
    put("model_reply", "plan", f"Here:\n```json\n{plan}\n```")
    put("model_reply", "split", '{"information": ["a"], "instruction": [], "keywords": {"zh": ["狗"], "en": "dog, pet"}')
    put("model_reply", "reading", '<think>hm {</think>{"relevant": true, "quotes": ["Notice is three months.", "invented"]}')
    put("model_reply", "answer", "Notice is three months [1]. It is watered [2, 3]【1】[1-3].")
    put("model_reply", "tool", 'I look.\n<tool_call>\n{"name": "search_documents", "arguments": {"query": "notice"}}\n</tool_call>')
    put("model_reply", "bare", '```json\n{"name": "ask_documents", "parameters": {"question": "bed 5?"}}\n```')
    put("react", "call", 'Thought: I look.\nAction: search_documents\nAction Input: {"query": "notice"}\nObservation: made up')
    put("react", "answer", "Thought: I know.\nFinal Answer: Three months [1].")
    put("react", "none", "Action: `list_documents`")


def words():
    recorded = (ROOT / "tests" / "tokens" / "recorded.jsonl").read_text().strip().split("\n")
    rows = [json.loads(line) for line in recorded]
    languages = {}
    for row in rows:
        if row["language"]:
            languages.setdefault(row["language"], row["text"][:400])
    for language, text in sorted(languages.items()):
        put("text", language, text)
        put("tokens", language, text)
    signs = [row["text"] for row in rows if not row["language"]]
    put("tokens", "signs", "\n".join(signs)[:4_000])
    put("text", "signs", "\n\n".join(signs)[:4_000])
    singles = bytes(range(256))
    pairs = [(97, 98), (256, 256), (97, 256), (98, 98)]
    planes = b"".join(bytes((pair[half] >> 8 * byte) & 255 for pair in pairs)
                      for half in range(2) for byte in range(3))
    put("vocabulary", "small", b"QwenBPE\1" + struct.pack("<I", len(pairs)) + singles + planes)


if __name__ == "__main__":
    for make in [office, open_formats, plain_files, indexes, model, words]:
        make()
    files = [path for path in SEEDS.rglob("*") if path.is_file()]
    print(f"{len(files)} seeds, {sum(path.stat().st_size for path in files)} bytes")
