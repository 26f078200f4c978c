// What a page does with a text of unknown encoding when it has no detector.

export async function open() {
  return { version: `Node ${process.versions.node}`, read: async (bytes) => ({ text: new TextDecoder(encoding(bytes)).decode(bytes) }) };
}

function encoding([first, second]) {
  if (first === 0xff && second === 0xfe) return "utf-16le";
  if (first === 0xfe && second === 0xff) return "utf-16be";
  return "utf-8";
}
