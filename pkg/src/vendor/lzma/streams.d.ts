// Stands in for a part of lzma1, as decoder.d.ts does.
export declare class InputBuffer {
  constructor(data: Uint8Array);
}

export declare class OutputBuffer {
  constructor(capacity?: number);
  toArray(): Uint8Array<ArrayBuffer>;
}
