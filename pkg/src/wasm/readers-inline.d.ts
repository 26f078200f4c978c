// Stands in for the script of the same name that the build makes: wasm packed with LZMA, in base64.
declare const text: string;
export default text;
