/**
 * Takes keys out of what goes to a page: a server may repeat them in its complaints.
 *
 * Bytes are held back only while they could be the beginning of a key, so that streams stay
 * streams.
 */

const INSTEAD = "[key]";

export function withoutSecretsText(text: string, secrets: readonly string[]): string {
  return secrets.reduce((left, secret) => left.replaceAll(secret, INSTEAD), text);
}

export function withoutSecrets(stream: ReadableStream<Uint8Array>, secrets: readonly string[]): ReadableStream<Uint8Array> {
  if (secrets.length === 0) return stream;
  // A byte is a character here, so that pieces may end within one of the text's.
  const wanted = secrets.map((secret) => latin1(new TextEncoder().encode(secret)));
  const reader = stream.getReader();
  let held = "";
  return new ReadableStream<Uint8Array>({
    async pull(controller) {
      for (;;) {
        const { done, value } = await reader.read();
        if (done) {
          if (held !== "") controller.enqueue(bytes(held));
          return controller.close();
        }
        const text = withoutSecretsText(held + latin1(value), wanted);
        const keep = Math.max(...wanted.map((secret) => beginningAtEnd(text, secret)));
        held = text.slice(text.length - keep);
        if (keep === text.length) continue;
        return controller.enqueue(bytes(text.slice(0, text.length - keep)));
      }
    },
    cancel: (reason) => reader.cancel(reason),
  });
}

/** How many characters at the end of a text are the first ones of a secret. */
function beginningAtEnd(text: string, secret: string): number {
  for (let length = Math.min(secret.length - 1, text.length); length > 0; length--) {
    if (text.endsWith(secret.slice(0, length))) return length;
  }
  return 0;
}

function latin1(bytes: Uint8Array): string {
  let text = "";
  // In parts, since a call takes only so many arguments.
  for (let at = 0; at < bytes.length; at += 8192) text += String.fromCharCode(...bytes.subarray(at, at + 8192));
  return text;
}

function bytes(text: string): Uint8Array {
  return Uint8Array.from(text, (char) => char.charCodeAt(0));
}
